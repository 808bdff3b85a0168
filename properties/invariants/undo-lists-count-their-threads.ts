import { always, sometimes } from '../invariant.ts'

export const undoListsCountTheirThreads = always({
  name: 'an undo list counts the threads that share it',
  source: 'clone(2) CLONE_SYSVSEM; ipc/sem.c copy_semundo(), exit_sem()',
  of: 'undos',
  offends: (kernel, { users }, id) => users < 1 || users !== kernel.threads.count(({ undo }) => undo === id),
  sometimes: sometimes({
    name: 'an undo list is in use',
    of: 'undos',
    seen: (_kernel, { sets }) => sets.length > 0,
  }),
})
