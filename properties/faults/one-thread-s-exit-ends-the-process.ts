import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aThreadThatLeavesAloneEndsOnlyItself } from '../invariants/a-thread-that-leaves-alone-ends-only-itself.ts'

export const oneThreadSExitEndsTheProcess: Fault = {
  name: 'the exit of one thread ends the process',
  source: '_exit(2) NOTES, pthreads(7); kernel/exit.c do_exit()',
  breaks: [aThreadThatLeavesAloneEndsOnlyItself.name],
  apply: patchFunctions((fn) => ({
    leaveLiving(kernel, tid) {
      const { pid, exitStatus } = kernel.threads.at(tid)
      fn.leaveLiving(kernel, tid)
      fn.groupExit(kernel, pid, exitStatus)
    },
  })),
}
