import { always, sometimes } from '../invariant.ts'

export const aGroupLiesWithinOneSession = always({
  name: 'all members of a process group are in one session',
  source: 'POSIX XBD 3; setpgid(2), setsid(2); kernel/sys.c setpgid(), ksys_setsid()',
  of: 'groups',
  offends: (kernel, { members }) => new Set(members.map((pid) => kernel.processes.get(pid)?.session)).size > 1,
  sometimes: sometimes({
    name: 'a process group has several members in a session that is not the first',
    of: 'groups',
    seen: (kernel, { members }) => members.length > 1 && kernel.processes.get(members[0]!)?.session !== 1,
  }),
})
