import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { liveCountsThreadsBeforeExit } from '../invariants/live-counts-threads-before-exit.ts'

export const aNewThreadIsNotCountedAsLiving: Fault = {
  name: 'a new thread is not counted among the living of its process',
  source: 'clone(2) CLONE_THREAD; kernel/fork.c copy_process(), signal->live',
  breaks: [liveCountsThreadsBeforeExit.name],
  apply: patchFunctions((fn) => ({
    joinThreadGroup(kernel, tid) {
      fn.joinThreadGroup(kernel, tid)
      kernel.processes.edit(kernel.threads.at(tid).pid).live--
    },
  })),
}
