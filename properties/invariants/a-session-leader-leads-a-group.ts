import { always, sometimes } from '../invariant.ts'

export const aSessionLeaderLeadsAGroup = always({
  name: 'a session leader is in the process group that bears its number',
  source: 'setsid(2), setpgid(2), POSIX XBD 3; kernel/sys.c setpgid()',
  of: 'processes',
  offends: (_kernel, { session, group }, pid) => session === pid && group !== pid,
  sometimes: sometimes({
    name: 'a process other than init leads a session',
    of: 'processes',
    seen: (_kernel, { session }, pid) => session === pid && pid !== 1,
  }),
})
