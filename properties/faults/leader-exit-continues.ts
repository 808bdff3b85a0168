import { patchFunctions } from '../../model/rules.ts'
import { SIGCONT } from '../../model/signals.ts'
import type { Fault } from '../fault.ts'

export const leaderExitContinues: Fault = {
  name: 'the death of a session leader sends the foreground process group SIGCONT after the SIGHUP',
  source: 'setsid(2); drivers/tty/tty_jobctrl.c disassociate_ctty()',
  breaks: [],
  apply: patchFunctions(({ signalLeaderExit }) => ({
    signalLeaderExit(kernel, terminal) {
      signalLeaderExit(kernel, terminal)
      kernel.fn.sendToGroup(kernel, kernel.terminals.at(terminal).foreground, SIGCONT)
    },
  })),
}
