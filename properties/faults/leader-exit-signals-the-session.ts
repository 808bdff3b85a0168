import { patchFunctions } from '../../model/rules.ts'
import { SIGHUP } from '../../model/signals.ts'
import type { Fault } from '../fault.ts'

export const leaderExitSignalsTheSession: Fault = {
  name: 'the death of a session leader sends SIGHUP to every process of the session',
  source: 'setsid(2); drivers/tty/tty_jobctrl.c disassociate_ctty()',
  breaks: [],
  apply: patchFunctions(() => ({
    signalLeaderExit(kernel, terminal) {
      for (const pid of kernel.sessions.at(kernel.terminals.at(terminal).session).members) {
        kernel.fn.sendToProcess(kernel, pid, { signal: SIGHUP, code: 'SI_KERNEL', pid: 0 })
      }
    },
  })),
}
