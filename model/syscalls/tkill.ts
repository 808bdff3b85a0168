import { processOf, signal } from '../params.ts'
import { SIGNAL_MAX } from '../signals.ts'
import type { Siginfo } from '../state/signals.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Send a signal to one thread, whatever its process. Signal 0 only looks.
 *
 * Returns 0. Errors: EINVAL, an id that is not positive, and no such signal; ESRCH, no such thread, which is tested
 * before the signal; EAGAIN, a real-time signal for which there is no room (RLIMIT_SIGPENDING).
 * Source: tkill(2); kernel/signal.c do_send_specific().
 */
export const tkill = defineSyscall({
  name: 'tkill',
  params: { tid: processOf('thread'), sig: signal({ zero: true }) },
  errors: ['EAGAIN', 'EINVAL', 'ESRCH'],
  environment: ['EPERM', 'EAGAIN'],
  source: 'tkill(2); kernel/signal.c do_send_specific()',
  rule(kernel, caller, { tid, sig }) {
    if (tid <= 0) return fails('EINVAL')
    if (!kernel.threads.has(tid)) return fails('ESRCH')
    if (sig < 0 || sig > SIGNAL_MAX) return fails('EINVAL')
    if (sig === 0) return succeeds(0)
    const info: Siginfo = { signal: sig, code: 'SI_TKILL', pid: caller.pid }
    return kernel.fn.sendSignal(kernel, kernel.threads.at(tid).pid, tid, info, (k, sent) =>
      k.fn.sendToThread(k, tid, sent),
    )
  },
})
