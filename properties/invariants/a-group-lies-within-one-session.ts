import { always, sometimes } from '../invariant.ts'

export const aGroupLiesWithinOneSession = always({
  name: 'all members of a process group are in one session',
  source: 'POSIX XBD 3; setpgid(2), setsid(2); kernel/sys.c setpgid(), ksys_setsid()',
  of: 'groups',
  offends(kernel, { members }) {
    const session = kernel.processes.get(members[0]!)?.session
    for (let i = 1; i < members.length; i++) if (kernel.processes.get(members[i]!)?.session !== session) return true
    return false
  },
  sometimes: sometimes({
    name: 'a process group has several members in a session that is not the first',
    of: 'groups',
    seen: (kernel, { members }) => members.length > 1 && kernel.processes.get(members[0]!)?.session !== 1,
  }),
})
