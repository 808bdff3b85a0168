import { processOf, queuedValue, signal } from '../params.ts'
import { SIGNAL_MAX } from '../signals.ts'
import type { Siginfo } from '../state/signals.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Send a signal to a process, with siginfo of the caller's making, which is taken for sigqueue's. Signal 0 only looks.
 *
 * Returns 0. Errors: ESRCH, tested before EINVAL, no such signal; EAGAIN, RLIMIT_SIGPENDING, which counts the user's
 * signals everywhere. EPERM (a code of the kernel's) is left to the world outside the model.
 * Source: rt_sigqueueinfo(2), sigqueue(3); kernel/signal.c do_rt_sigqueueinfo().
 */
export const rt_sigqueueinfo = defineSyscall({
  name: 'rt_sigqueueinfo',
  params: { tgid: processOf('any'), sig: signal({ zero: true }), info: queuedValue() },
  errors: ['EAGAIN', 'EINVAL', 'ESRCH'],
  environment: ['EPERM', 'EAGAIN'],
  source: 'rt_sigqueueinfo(2); kernel/signal.c do_rt_sigqueueinfo()',
  rule(kernel, caller, { tgid, sig, info: value }) {
    const target = kernel.threads.get(tgid)
    if (target === undefined) return fails('ESRCH')
    if (sig < 0 || sig > SIGNAL_MAX) return fails('EINVAL')
    if (sig === 0) return succeeds(0)
    const { pid } = target
    const info: Siginfo = { signal: sig, code: 'SI_QUEUE', pid: caller.pid, ...(value !== null && { value }) }
    return kernel.fn.sendSignal(kernel, pid, tgid, info, (k, sent) => k.fn.sendToProcess(k, pid, sent, tgid))
  },
})
