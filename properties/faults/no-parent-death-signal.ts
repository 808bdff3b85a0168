import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { theDeathOfAParentIsSignalled } from '../invariants/the-death-of-a-parent-is-signalled.ts'

export const noParentDeathSignal: Fault = {
  name: 'no parent-death signal is sent',
  source: 'prctl(2) PR_SET_PDEATHSIG; kernel/exit.c forget_original_parent()',
  breaks: [theDeathOfAParentIsSignalled.name],
  apply: patchFunctions(() => ({
    signalParentDeath() {},
  })),
}
