import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aForkChildBeginsAfresh } from '../invariants/a-fork-child-begins-afresh.ts'

export const pendingSignalsAreInherited: Fault = {
  name: 'a forked child has the pending signals of its parent',
  source: 'fork(2); kernel/fork.c copy_process(), init_sigpending()',
  breaks: [aForkChildBeginsAfresh.name],
  apply: patchFunctions((fn) => ({
    newChild(kernel, maker, pid, flags, exitSignal) {
      fn.newChild(kernel, maker, pid, flags, exitSignal)
      kernel.processes.edit(pid).pending = kernel.processes.at(maker.pid).pending
    },
  })),
}
