import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { theVforkParentIsReleasedByLettingGo } from '../invariants/the-vfork-parent-is-released-by-letting-go.ts'

export const vforkParentReleasedTooEarly: Fault = {
  name: 'a vfork parent goes on while its child still has the address space',
  source: 'vfork(2); kernel/fork.c wait_for_vfork_done()',
  breaks: [theVforkParentIsReleasedByLettingGo.name],
  apply: patchFunctions((fn) => ({
    leaveLiving(kernel, tid) {
      fn.releaseVforkParent(kernel, tid)
      fn.leaveLiving(kernel, tid)
    },
  })),
}
