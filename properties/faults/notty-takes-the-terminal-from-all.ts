import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aControllingTerminalHasALeader } from '../invariants/a-controlling-terminal-has-a-leader.ts'

export const nottyTakesTheTerminalFromAll: Fault = {
  name: 'TIOCNOTTY by a process that leads no session takes the terminal from the whole session',
  source: 'ioctl_tty(2); drivers/tty/tty_jobctrl.c no_tty()',
  breaks: [aControllingTerminalHasALeader.name],
  apply: patchFunctions(({ noTty }) => ({
    noTty(kernel, pid) {
      const { session, terminal } = kernel.processes.at(pid)
      noTty(kernel, pid)
      if (session === pid) return
      kernel.fn.clearSessionTerminal(kernel, session)
      kernel.touch(kernel.terminals.key(terminal))
    },
  })),
}
