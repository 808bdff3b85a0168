import { always, sometimes } from '../invariant.ts'

export const nobodyOutsideTheSessionHasItsTerminal = always({
  name: 'the controlling terminal of a process controls the session of the process',
  source: 'credentials(7); drivers/tty/tty_jobctrl.c session_clear_tty(), kernel/sys.c ksys_setsid()',
  of: 'processes',
  offends: (kernel, { terminal, session }) => terminal !== 0 && kernel.terminals.get(terminal)?.session !== session,
  sometimes: sometimes({
    name: 'a process that leads no session has a controlling terminal',
    of: 'processes',
    seen: (_kernel, { terminal, session }, pid) => terminal !== 0 && session !== pid,
  }),
})
