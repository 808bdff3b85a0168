import { isExiting } from '../../model/functions/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aStoppedProcessRunsNoCall } from '../invariants/a-stopped-process-runs-no-call.ts'
import { theStoppedStandStill } from '../invariants/the-stopped-stand-still.ts'

export const aStopPassesByWhoSleeps: Fault = {
  name: 'a stop passes by the threads that sleep in a call',
  source: 'signal(7); kernel/signal.c do_signal_stop(), signal_wake_up()',
  breaks: [aStoppedProcessRunsNoCall.name, theStoppedStandStill.name],
  apply: patchFunctions((fn) => ({
    startStop(kernel, tid, signal) {
      const { pid } = kernel.threads.at(tid)
      const row = kernel.processes.edit(pid)
      row.stopSignal = signal
      row.toStop = row.threads.filter((other) => {
        const thread = kernel.threads.at(other)
        return other === tid || !(isExiting(thread) || thread.killed || thread.slept)
      })
      for (const other of row.toStop) kernel.touch(kernel.threads.key(other))
      fn.stopThread(kernel, tid)
    },
  })),
}
