import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aThreadThatLeavesAloneEndsOnlyItself } from '../invariants/a-thread-that-leaves-alone-ends-only-itself.ts'

export const theMainThreadSValueIsTheStatus: Fault = {
  name: 'the status of a process whose threads all left is that of the main thread',
  source: '_exit(2); kernel/exit.c synchronize_group_exit()',
  breaks: [aThreadThatLeavesAloneEndsOnlyItself.name],
  apply: patchFunctions(() => ({
    lastStatus: (kernel, tid) => kernel.threads.at(kernel.threads.at(tid).pid).exitStatus,
  })),
}
