import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { processesAreInTheirGroup } from '../invariants/processes-are-in-their-group.ts'

export const aGroupGoesWithItsLastLivingMember: Fault = {
  name: 'a process group is gone when its last living member dies, although a zombie is left in it',
  source: 'setpgid(2); kernel/exit.c release_task(), kernel/pid.c detach_pid()',
  breaks: [processesAreInTheirGroup.name],
  apply: patchFunctions(({ threadGone, leaveGroup, hasStoppedMember }) => ({
    threadGone(kernel, tid) {
      const { pid } = kernel.threads.at(tid)
      threadGone(kernel, tid)
      const process = kernel.processes.get(pid)
      const members = process && kernel.groups.get(process.group)?.members
      if (members?.every((member) => kernel.processes.at(member).state === 'zombie')) {
        kernel.groups.remove(process!.group)
      }
    },
    leaveGroup(kernel, pid) {
      if (kernel.groups.has(kernel.processes.at(pid).group)) leaveGroup(kernel, pid)
    },
    hasStoppedMember: (kernel, group) => kernel.groups.has(group) && hasStoppedMember(kernel, group),
  })),
}
