import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aVforkParentWaits } from '../invariants/a-vfork-parent-waits.ts'
import { lettingGoOfMemoryReleasesTheVforkParent } from '../invariants/letting-go-of-memory-releases-the-vfork-parent.ts'

export const vforkParentReleasedByTheZombie: Fault = {
  name: 'a vfork parent goes on only when its child is dead',
  source: 'vfork(2); kernel/fork.c mm_release()',
  breaks: [lettingGoOfMemoryReleasesTheVforkParent.name, aVforkParentWaits.name],
  apply: patchFunctions((fn) => ({
    releaseVforkParent() {},
    exitNotify(kernel, tid) {
      fn.releaseVforkParent(kernel, tid)
      fn.exitNotify(kernel, tid)
    },
  })),
}
