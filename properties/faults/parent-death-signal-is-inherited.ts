import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aForkChildBeginsAfresh } from '../invariants/a-fork-child-begins-afresh.ts'

export const parentDeathSignalIsInherited: Fault = {
  name: 'a forked child has the parent-death signal of its parent',
  source: 'prctl(2) PR_SET_PDEATHSIG; kernel/fork.c copy_process()',
  breaks: [aForkChildBeginsAfresh.name],
  apply: patchFunctions((fn) => ({
    copyProcess(kernel, caller, flags, exitSignal, given) {
      const tid = fn.copyProcess(kernel, caller, flags, exitSignal, given)
      kernel.threads.edit(tid).parentDeathSignal = kernel.threads.at(caller).parentDeathSignal
      return tid
    },
  })),
}
