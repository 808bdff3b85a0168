import { processOf, queuedValue, signal } from '../params.ts'
import { SIGNAL_MAX } from '../signals.ts'
import type { Siginfo } from '../state/signals.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Send a signal to one thread of a process, with siginfo of the caller's making, which is taken for pthread_sigqueue's.
 * Signal 0 only looks.
 *
 * Returns 0. Errors: EINVAL, an id that is not positive, and no such signal; ESRCH, no such thread in that process, which
 * is tested before the signal. EAGAIN and EPERM as for rt_sigqueueinfo.
 * Source: rt_tgsigqueueinfo(2); kernel/signal.c do_rt_tgsigqueueinfo().
 */
export const rt_tgsigqueueinfo = defineSyscall({
  name: 'rt_tgsigqueueinfo',
  params: { tgid: processOf('any'), tid: processOf('thread'), sig: signal({ zero: true }), info: queuedValue() },
  errors: ['EAGAIN', 'EINVAL', 'ESRCH'],
  environment: ['EPERM', 'EAGAIN'],
  source: 'rt_tgsigqueueinfo(2); kernel/signal.c do_rt_tgsigqueueinfo()',
  rule(kernel, caller, { tgid, tid, sig, info: value }) {
    if (tgid <= 0 || tid <= 0) return fails('EINVAL')
    if (kernel.threads.get(tid)?.pid !== tgid) return fails('ESRCH')
    if (sig < 0 || sig > SIGNAL_MAX) return fails('EINVAL')
    if (sig === 0) return succeeds(0)
    const info: Siginfo = { signal: sig, code: 'SI_QUEUE', pid: caller.pid, ...(value !== null && { value }) }
    return kernel.fn.sendSignal(kernel, tgid, tid, info, (k, sent) => k.fn.sendToThread(k, tid, sent))
  },
})
