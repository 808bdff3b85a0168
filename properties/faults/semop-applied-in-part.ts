import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { sleepersCannotProceed } from '../invariants/sleepers-cannot-proceed.ts'
import { semopDoesAllOrNothing } from '../invariants/semop-does-all-or-nothing.ts'

export const semopAppliedInPart: Fault = {
  name: 'a semop that must sleep has done the operations before the one that blocks',
  source: 'semop(2); ipc/sem.c perform_atomic_semop()',
  breaks: [semopDoesAllOrNothing.name, sleepersCannotProceed.name],
  apply: patchFunctions(({ sleepOnSet }) => ({
    sleepOnSet(kernel, tid, set, ops, blocking) {
      const part = ops.slice(0, blocking)
      const attempt = kernel.fn.attemptOperations(kernel, tid, set, part)
      if (attempt.verdict === 'done') kernel.fn.performOperations(kernel, tid, set, part, attempt)
      sleepOnSet(kernel, tid, set, ops, blocking)
    },
  })),
}
