import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { nobodyOutsideTheSessionHasItsTerminal } from '../invariants/nobody-outside-the-session-has-its-terminal.ts'

export const setsidKeepsTheTerminal: Fault = {
  name: 'setsid leaves the caller its controlling terminal',
  source: 'setsid(2); kernel/sys.c ksys_setsid(), drivers/tty/tty_jobctrl.c proc_clear_tty()',
  breaks: [nobodyOutsideTheSessionHasItsTerminal.name],
  apply: patchFunctions(({ newSession }) => ({
    newSession(kernel, pid) {
      const { terminal } = kernel.processes.at(pid)
      newSession(kernel, pid)
      kernel.processes.edit(pid).terminal = terminal
    },
  })),
}
