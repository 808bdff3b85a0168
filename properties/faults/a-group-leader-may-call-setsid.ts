import { patchSyscall } from '../../model/rules.ts'
import { succeeds } from '../../model/syscall.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { Thread } from '../../model/state/threads.ts'
import type { Fault } from '../fault.ts'
import { aGroupLiesWithinOneSession } from '../invariants/a-group-lies-within-one-session.ts'

export const aGroupLeaderMayCallSetsid: Fault = {
  name: 'setsid succeeds although a process group bears the number of the caller',
  source: 'setsid(2); kernel/sys.c ksys_setsid()',
  breaks: [aGroupLiesWithinOneSession.name],
  apply: patchSyscall('setsid', (syscall) => ({
    ...syscall,
    rule: (kernel: Kernel, { pid }: Readonly<Thread>) =>
      kernel.fn.isSessionLeader(kernel, pid)
        ? syscall.rule(kernel, kernel.threads.at(pid), {} as never)
        : succeeds(pid, (k) => k.fn.newSession(k, pid)),
  })),
}
