import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { onlyDoomedProcessesHaveAStatus } from '../invariants/only-doomed-processes-have-a-status.ts'

export const aStopLeavesItsSignalAsTheStatus: Fault = {
  name: 'the signal that stopped a process stays behind as its exit status',
  source: 'kernel/signal.c do_signal_stop(), signal->group_exit_code; kernel/exit.c synchronize_group_exit()',
  breaks: [onlyDoomedProcessesHaveAStatus.name],
  apply: patchFunctions((fn) => ({
    startStop(kernel, tid, signal) {
      fn.startStop(kernel, tid, signal)
      kernel.processes.edit(kernel.threads.at(tid).pid).groupExit = signal
    },
  })),
}
