import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { theStoppedStandStill } from '../invariants/the-stopped-stand-still.ts'

export const aStopTakesOneThreadOnly: Fault = {
  name: 'a process counts as stopped when one of its threads has stopped',
  source: 'kernel/signal.c do_signal_stop()',
  breaks: [theStoppedStandStill.name],
  apply: patchFunctions((fn) => ({
    stopThread(kernel, tid) {
      const { pid } = kernel.threads.at(tid)
      if (kernel.processes.at(pid).state === 'running') fn.stopThread(kernel, tid)
    },
    startStop(kernel, tid, signal) {
      const { pid } = kernel.threads.at(tid)
      fn.startStop(kernel, tid, signal)
      if (kernel.processes.at(pid).toStop.length === 0) return
      kernel.processes.edit(pid).toStop = [tid]
      fn.stopThread(kernel, tid)
    },
  })),
}
