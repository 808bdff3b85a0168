import { mappingAt } from '../../model/functions/mappings.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Mapping } from '../../model/state/memory.ts'
import type { Fault } from '../fault.ts'
import { munlockUndoesAllLocks } from '../invariants/munlock-undoes-all-locks.ts'

/** How often mlock locked it beyond the first time. */
type Counted = Mapping & { readonly again?: number }

export const memoryLocksCount: Fault = {
  name: 'munlock undoes one mlock of several',
  source: 'mlock(2) NOTES: memory locks do not stack',
  breaks: [munlockUndoesAllLocks.name],
  apply: patchFunctions((fn) => ({
    lockPart(kernel, tid, from, to, event) {
      const { mm } = kernel.threads.at(tid)
      const counted: Counted = mappingAt(kernel, mm, from)!
      const again = (counted.again ?? 0) + (event === 'LOCK' ? 1 : -1)
      if (counted.state !== 'mapped.locked' || again < 0) {
        fn.lockPart(kernel, tid, from, to, event)
        return
      }
      const space = kernel.mms.edit(mm)
      space.mappings = space.mappings.map((other) => (other.address === counted.address ? { ...other, again } : other))
    },
  })),
}
