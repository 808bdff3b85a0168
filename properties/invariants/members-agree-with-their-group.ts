import { always, sometimes } from '../invariant.ts'

export const membersAgreeWithTheirGroup = always({
  name: 'every member of a process group is a process, perhaps a zombie, that is in it, and there is one',
  source: 'setpgid(2), credentials(7); kernel/pid.c attach_pid()',
  of: 'groups',
  offends: (kernel, { members }, id) =>
    members.length === 0 ||
    new Set(members).size < members.length ||
    members.some((pid) => kernel.processes.get(pid)?.group !== id),
  sometimes: sometimes({
    name: 'a process group outlives the process whose number it bears',
    of: 'groups',
    seen: (kernel, _group, id) => !kernel.processes.has(id),
  }),
})
