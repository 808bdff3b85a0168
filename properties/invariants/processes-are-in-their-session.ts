import { always, sometimes } from '../invariant.ts'

export const processesAreInTheirSession = always({
  name: 'every process, zombies included, is a member of its session',
  source: 'setsid(2), credentials(7); kernel/pid.c attach_pid(), kernel/exit.c release_task()',
  of: 'processes',
  offends: (kernel, { session }, pid) => !(kernel.sessions.get(session)?.members.includes(pid) ?? false),
  sometimes: sometimes({
    name: 'a process is in a session that another made',
    of: 'processes',
    seen: (_kernel, { session }, pid) => session !== pid && session !== 1,
  }),
})
