import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { processesAreInTheirSession } from '../invariants/processes-are-in-their-session.ts'

export const aChildIsNotEnteredInItsSession: Fault = {
  name: 'a new process is not entered among the members of its session',
  source: 'fork(2); kernel/fork.c copy_process(), kernel/pid.c attach_pid()',
  breaks: [processesAreInTheirSession.name],
  apply: patchFunctions((fn) => ({
    newChild(kernel, maker, pid, flags, exitSignal) {
      fn.newChild(kernel, maker, pid, flags, exitSignal)
      const row = kernel.sessions.edit(kernel.processes.at(pid).session)
      row.members = row.members.filter((member) => member !== pid)
    },
  })),
}
