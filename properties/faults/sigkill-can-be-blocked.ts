import { patchSyscall } from '../../model/rules.ts'
import { withSignals, type SignalSet } from '../../model/state/signal-set.ts'
import { succeeds } from '../../model/syscall.ts'
import type { Fault } from '../fault.ts'
import { killAndStopAreNeverBlocked } from '../invariants/kill-and-stop-are-never-blocked.ts'

export const sigkillCanBeBlocked: Fault = {
  name: 'SIGKILL and SIGSTOP can be blocked',
  source: 'sigprocmask(2) NOTES; kernel/signal.c sigprocmask()',
  breaks: [killAndStopAreNeverBlocked.name],
  apply: patchSyscall('rt_sigprocmask', (syscall) => ({
    ...syscall,
    rule: (kernel, { tid }, { set }: { readonly set: SignalSet | null }) =>
      succeeds(0, (k) => {
        if (set !== null) k.threads.edit(tid).blocked = withSignals(kernel.threads.at(tid).blocked, set)
      }),
  })),
}
