import { int, out } from '../params.ts'
import { hasSignal, setOfSignals } from '../state/signal-set.ts'
import { defineSyscall, succeeds } from '../syscall.ts'

/**
 * Ask which blocked signals are pending, for the calling thread or for its process.
 *
 * Returns 0. Source: sigpending(2); kernel/signal.c do_sigpending().
 */
export const rt_sigpending = defineSyscall({
  name: 'rt_sigpending',
  params: { set: out('signal-set'), sigsetsize: int(8) },
  source: 'sigpending(2); kernel/signal.c do_sigpending()',
  rule(kernel, caller) {
    const pending = [...caller.pending, ...kernel.processOf(caller).pending].map(({ signal }) => signal)
    const set = setOfSignals(...pending.filter((signal) => hasSignal(caller.blocked, signal)))
    return succeeds(0, undefined, { set })
  },
})
