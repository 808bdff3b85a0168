import { always, sometimes } from '../invariant.ts'

export const membersAgreeWithTheirGroup = always({
  name: 'every member of a process group is a process, perhaps a zombie, that is in it, and there is one',
  source: 'setpgid(2), credentials(7); kernel/pid.c attach_pid()',
  of: 'groups',
  offends(kernel, { members }, id) {
    for (let i = 0; i < members.length; i++) if (kernel.processes.get(members[i]!)?.group !== id) return true
    return members.length === 0 || (members.length > 1 && new Set(members).size < members.length)
  },
  sometimes: sometimes({
    name: 'a process group outlives the process whose number it bears',
    of: 'groups',
    seen: (kernel, _group, id) => !kernel.processes.has(id),
  }),
})
