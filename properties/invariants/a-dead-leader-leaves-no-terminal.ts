import { always, sometimes } from '../invariant.ts'

export const aDeadLeaderLeavesNoTerminal = always({
  name: 'no process of a session whose leader is dead has a controlling terminal',
  source: 'setsid(2), credentials(7); drivers/tty/tty_jobctrl.c disassociate_ctty()',
  of: 'sessions',
  offends: (kernel, { members }, id) => {
    const leader = kernel.processes.get(id)
    if (leader !== undefined && leader.session === id && leader.state !== 'zombie') return false
    return members.some((pid) => kernel.processes.get(pid)?.terminal !== 0)
  },
  sometimes: sometimes({
    name: 'the leader of a session with a controlling terminal begins to exit while another member lives',
    of: 'threads',
    seen: (kernel, { state, groupDead, pid }) => {
      if (state !== 'exiting.tty' || !groupDead) return false
      const { session, terminal } = kernel.processes.at(pid)
      return session === pid && terminal !== 0 && kernel.sessions.at(session).members.length > 1
    },
  }),
})
