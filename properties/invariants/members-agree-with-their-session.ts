import { always, sometimes } from '../invariant.ts'

export const membersAgreeWithTheirSession = always({
  name: 'every member of a session is a process, perhaps a zombie, that is in it, and there is one',
  source: 'setsid(2), credentials(7); kernel/pid.c attach_pid()',
  of: 'sessions',
  offends: (kernel, { members }, id) =>
    members.length === 0 ||
    new Set(members).size < members.length ||
    members.some((pid) => kernel.processes.get(pid)?.session !== id),
  sometimes: sometimes({
    name: 'a session outlives its leader',
    of: 'sessions',
    seen: (kernel, _session, id) => !kernel.processes.has(id),
  }),
})
