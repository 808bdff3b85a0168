import { always, sometimes } from '../invariant.ts'

export const processesAreInTheirGroup = always({
  name: 'every process, zombies included, is a member of its process group',
  source: 'setpgid(2), credentials(7); kernel/pid.c attach_pid(), kernel/exit.c release_task()',
  of: 'processes',
  offends: (kernel, { group }, pid) => !(kernel.groups.get(group)?.members.includes(pid) ?? false),
  sometimes: sometimes({
    name: 'a zombie is the only member of its process group',
    of: 'processes',
    seen: (kernel, { state, group }) => state === 'zombie' && kernel.groups.get(group)?.members.length === 1,
  }),
})
