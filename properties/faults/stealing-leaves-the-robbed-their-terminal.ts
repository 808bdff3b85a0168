import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aTerminalThatChangesHandsIsLostToAll } from '../invariants/a-terminal-that-changes-hands-is-lost-to-all.ts'
import { nobodyOutsideTheSessionHasItsTerminal } from '../invariants/nobody-outside-the-session-has-its-terminal.ts'

export const stealingLeavesTheRobbedTheirTerminal: Fault = {
  name: 'a session whose terminal another one steals keeps it as its controlling terminal',
  source: 'ioctl_tty(2) TIOCSCTTY; drivers/tty/tty_jobctrl.c tiocsctty()',
  breaks: [aTerminalThatChangesHandsIsLostToAll.name, nobodyOutsideTheSessionHasItsTerminal.name],
  apply: patchFunctions(() => ({
    takeTerminal: (kernel, leader, terminal) => kernel.fn.acquireTerminal(kernel, leader, terminal),
  })),
}
