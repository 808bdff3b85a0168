import { patchFunctions } from '../../model/rules.ts'
import { SIGCONT, SIGHUP } from '../../model/signals.ts'
import type { Fault } from '../fault.ts'

export const hangupSignalsTheForeground: Fault = {
  name: 'the hangup of a terminal signals the foreground process group as well as the session leader',
  source: 'drivers/tty/tty_jobctrl.c tty_signal_session_leader()',
  breaks: [],
  apply: patchFunctions(({ hangUp }) => ({
    hangUp(kernel, terminal) {
      const { foreground } = kernel.terminals.at(terminal)
      hangUp(kernel, terminal)
      kernel.fn.sendToGroup(kernel, foreground, SIGHUP)
      kernel.fn.sendToGroup(kernel, foreground, SIGCONT)
    },
  })),
}
