import { always, sometimes } from '../invariant.ts'

export const membersAgreeWithTheirSession = always({
  name: 'every member of a session is a process, perhaps a zombie, that is in it, and there is one',
  source: 'setsid(2), credentials(7); kernel/pid.c attach_pid()',
  of: 'sessions',
  offends(kernel, { members }, id) {
    for (let i = 0; i < members.length; i++) if (kernel.processes.get(members[i]!)?.session !== id) return true
    return members.length === 0 || (members.length > 1 && new Set(members).size < members.length)
  },
  sometimes: sometimes({
    name: 'a session outlives its leader',
    of: 'sessions',
    seen: (kernel, _session, id) => !kernel.processes.has(id),
  }),
})
