import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { theDyingAreInNoCall } from '../invariants/the-dying-are-in-no-call.ts'

export const theDyingMeanToRestart: Fault = {
  name: 'a thread that dies still has the interrupted call to start again',
  source: 'signal(7) "Interruption of system calls"; kernel/signal.c get_signal()',
  breaks: [theDyingAreInNoCall.name],
  apply: patchFunctions((fn) => ({
    beginExit(kernel, tid) {
      const { restart } = kernel.threads.at(tid)
      fn.beginExit(kernel, tid)
      kernel.threads.edit(tid).restart = restart
    },
  })),
}
