import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { sleepersCannotProceed } from '../invariants/sleepers-cannot-proceed.ts'

export const undoWakesNobody: Fault = {
  name: 'an undo at exit wakes nobody',
  source: 'semop(2); ipc/sem.c exit_sem(), do_smart_update()',
  breaks: [sleepersCannotProceed.name],
  apply: patchFunctions(({ completeSleepers }) => ({
    completeSleepers(kernel, set, changed) {
      const dying = kernel.threads.ids(({ state }) => state === 'exiting.sem').length > 0
      if (!dying) completeSleepers(kernel, set, changed)
    },
  })),
}
