import { always, sometimes } from '../invariant.ts'

export const aHungUpTerminalControlsNobody = always({
  name: "a terminal that hung up controls no session, has no foreground group, and is nobody's controlling terminal",
  source: 'vhangup(2), pty(7); drivers/tty/tty_io.c __tty_hangup()',
  of: 'terminals',
  offends: (kernel, { state, session, foreground }, id) =>
    state === 'hung-up' &&
    (session !== 0 || foreground !== 0 || kernel.processes.rows().some((process) => process.terminal === id)),
  sometimes: sometimes({
    name: 'a terminal hangs up on a session leader',
    of: 'processes',
    seen: (_kernel, { hungUpForeground }) => hungUpForeground !== 0,
  }),
})
