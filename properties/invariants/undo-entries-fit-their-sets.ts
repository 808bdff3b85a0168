import { always, sometimes } from '../invariant.ts'

export const undoEntriesFitTheirSets = always({
  name: 'an undo list has one entry for a set, and none for a set that was removed',
  source: 'semctl(2) IPC_RMID; ipc/sem.c freeary(), find_alloc_undo()',
  of: 'undos',
  offends: (kernel, { sets }) =>
    new Set(sets.map(({ set }) => set)).size !== sets.length ||
    sets.some(({ set, adjustments }) => kernel.sems.get(set)?.semaphores.length !== adjustments.length),
  sometimes: sometimes({
    name: 'an undo list holds adjustments of two sets',
    of: 'undos',
    seen: (_kernel, { sets }) => sets.length > 1,
  }),
})
