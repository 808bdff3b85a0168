import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { addressSpacesCountTheirThreads } from '../invariants/address-spaces-count-their-threads.ts'
import { RULES_HOLD_TOGETHER } from '../hold.ts'

export const sharedAddressSpaceCountsNoNewUser: Fault = {
  name: 'CLONE_VM shares the address space and does not count the new user',
  source: 'clone(2); kernel/fork.c copy_mm()',
  breaks: [addressSpacesCountTheirThreads.name, RULES_HOLD_TOGETHER.name],
  apply: patchFunctions(({ copyMm }) => ({
    copyMm: (kernel, caller, child, share) =>
      share ? kernel.threads.at(caller).mm : copyMm(kernel, caller, child, share),
  })),
}
