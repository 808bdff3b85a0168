import { always, sometimes } from '../invariant.ts'

export const zombiesHoldNoSemadj = always({
  name: 'a zombie holds no semadj',
  source: 'semop(2); ipc/sem.c exit_sem()',
  of: 'threads',
  offends: (_kernel, thread) => thread.state === 'dead' && thread.undo !== 0,
  sometimes: sometimes({
    name: 'a thread begins to exit while its undo list holds an adjustment',
    of: 'threads',
    seen: (kernel, thread) =>
      thread.state === 'exiting.signals' && thread.undo !== 0 && kernel.undos.at(thread.undo).sets.length > 0,
  }),
})
