import { always, sometimes } from '../invariant.ts'

export const aControllingTerminalHasALeader = always({
  name: 'a terminal that controls a session is the controlling terminal of its leader, and others control none',
  source: 'credentials(7), setsid(2); drivers/tty/tty_jobctrl.c __proc_set_tty(), disassociate_ctty()',
  of: 'terminals',
  offends: (kernel, { state, session }, id) => {
    if (state !== 'controlling') return session !== 0
    const leader = kernel.processes.get(session)
    return leader?.session !== session || leader.terminal !== id
  },
  sometimes: sometimes({
    name: "a terminal controls a session while its foreground group is not the leader's",
    of: 'terminals',
    seen: (_kernel, { state, session, foreground }) => state === 'controlling' && foreground !== session,
  }),
})
