import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aHungUpTerminalControlsNobody } from '../invariants/a-hung-up-terminal-controls-nobody.ts'
import { nobodyOutsideTheSessionHasItsTerminal } from '../invariants/nobody-outside-the-session-has-its-terminal.ts'

export const hangupLeavesTheSessionItsTerminal: Fault = {
  name: 'members of the session other than its leader keep a terminal that hung up as their controlling terminal',
  source: 'drivers/tty/tty_jobctrl.c tty_signal_session_leader()',
  breaks: [aHungUpTerminalControlsNobody.name, nobodyOutsideTheSessionHasItsTerminal.name],
  apply: patchFunctions(({ hangUp }) => ({
    hangUp(kernel, terminal) {
      const { session } = kernel.terminals.at(terminal)
      const members = (kernel.sessions.get(session)?.members ?? []).filter(
        (pid) => pid !== session && kernel.processes.at(pid).terminal === terminal,
      )
      hangUp(kernel, terminal)
      for (const pid of members) kernel.processes.edit(pid).terminal = terminal
    },
  })),
}
