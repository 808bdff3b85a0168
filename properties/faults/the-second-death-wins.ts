import { patchFunctions } from '../../model/rules.ts'
import { SIGKILL } from '../../model/signals.ts'
import type { Fault } from '../fault.ts'
import { anExitStatusIsFixedOnce } from '../invariants/an-exit-status-is-fixed-once.ts'

export const theSecondDeathWins: Fault = {
  name: 'the status of a later fatal signal or exit_group wins',
  source: 'exit_group(2); kernel/exit.c do_group_exit(), kernel/signal.c complete_signal()',
  breaks: [anExitStatusIsFixedOnce.name],
  apply: patchFunctions((fn) => ({
    prepareSignal(kernel, pid, tid, signal) {
      const { state } = kernel.processes.at(pid)
      if (state === 'exiting' && signal === SIGKILL) kernel.processes.edit(pid).groupExit = SIGKILL
      return fn.prepareSignal(kernel, pid, tid, signal)
    },
  })),
}
