import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { onlySessionLeadersRememberAHangup } from '../invariants/only-session-leaders-remember-a-hangup.ts'
import { aControllingTerminalHasALeader } from '../invariants/a-controlling-terminal-has-a-leader.ts'
import { aDeadLeaderLeavesNoTerminal } from '../invariants/a-dead-leader-leaves-no-terminal.ts'

export const leaderExitKeepsTheTerminal: Fault = {
  name: 'a session keeps its controlling terminal when its leader dies',
  source: 'setsid(2), credentials(7); drivers/tty/tty_jobctrl.c disassociate_ctty()',
  breaks: [
    onlySessionLeadersRememberAHangup.name,
    aControllingTerminalHasALeader.name,
    aDeadLeaderLeavesNoTerminal.name,
  ],
  apply: patchFunctions(({ disassociateCtty }) => ({
    disassociateCtty(kernel, tid) {
      const { terminal } = kernel.processes.at(kernel.threads.at(tid).pid)
      if (terminal === 0) disassociateCtty(kernel, tid)
      else kernel.fn.signalLeaderExit(kernel, terminal)
    },
  })),
}
