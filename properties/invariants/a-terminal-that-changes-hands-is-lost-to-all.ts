import { always, sometimes } from '../invariant.ts'

export const aTerminalThatChangesHandsIsLostToAll = always({
  name: 'no process outside the session that a terminal controls has it as its controlling terminal',
  source: 'ioctl_tty(2) TIOCSCTTY, TIOCNOTTY; drivers/tty/tty_jobctrl.c tiocsctty(), session_clear_tty()',
  of: 'terminals',
  offends: (kernel, { session }, id) =>
    kernel.processes.rows().some((process) => process.terminal === id && process.session !== session),
  sometimes: sometimes({
    name: 'a terminal controls a session while processes of another session live that are not the first',
    of: 'terminals',
    seen: (kernel, { session }) =>
      session !== 0 && kernel.sessions.count((other) => other.id !== session && other.id !== 1) > 0,
  }),
})
