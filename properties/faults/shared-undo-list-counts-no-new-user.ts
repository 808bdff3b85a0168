import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { undoListsCountTheirThreads } from '../invariants/undo-lists-count-their-threads.ts'

export const sharedUndoListCountsNoNewUser: Fault = {
  name: 'CLONE_SYSVSEM shares the undo list and does not count the new user',
  source: 'semop(2), clone(2); ipc/sem.c copy_semundo()',
  breaks: [undoListsCountTheirThreads.name],
  apply: patchFunctions(({ copySemundo }) => ({
    copySemundo: (kernel, caller, child, share) =>
      share ? kernel.fn.undoListOf(kernel, caller) : copySemundo(kernel, caller, child, share),
  })),
}
