import { patchSyscall } from '../../model/rules.ts'
import { answer, fails, succeeds, type Syscall } from '../../model/syscall.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { Thread } from '../../model/state/threads.ts'
import type { Fault } from '../fault.ts'
import { aSessionLeaderLeadsAGroup } from '../invariants/a-session-leader-leads-a-group.ts'

interface Args {
  readonly pid: number
  readonly pgid: number
}

export const setpgidMovesASessionLeader: Fault = {
  name: 'setpgid moves a session leader to another group of its session',
  source: 'setpgid(2) EPERM; kernel/sys.c setpgid()',
  breaks: [aSessionLeaderLeadsAGroup.name],
  apply: patchSyscall('setpgid', (syscall: Syscall) => ({
    ...syscall,
    rule(kernel: Kernel, caller: Readonly<Thread>, args: Args) {
      const pid = args.pid === 0 ? caller.pid : args.pid
      const session = kernel.processes.get(pid)?.session
      if (session !== pid || kernel.fn.sessionOfMembers(kernel, args.pgid) !== session)
        return answer(kernel, caller, { syscall, args: { ...args } })
      const refused = kernel.fn.refusesMove(kernel, caller.pid, kernel.processes.at(pid))
      return refused === null ? succeeds(0, (k) => k.fn.moveToGroup(k, pid, args.pgid)) : fails(refused)
    },
  })),
}
