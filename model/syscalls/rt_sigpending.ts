import { int, out } from '../params.ts'
import { hasSignal, setOfSignals, withSignals } from '../state/signal-set.ts'
import { defineSyscall, succeeds } from '../syscall.ts'

/** Sets that may be pending, at the most. */
const MOST_SETS = 64

/**
 * Ask which blocked signals are pending, for the calling thread or for its process.
 *
 * Returns 0. Source: sigpending(2); kernel/signal.c do_sigpending().
 */
export const rt_sigpending = defineSyscall({
  name: 'rt_sigpending',
  params: { set: out('signal-set'), sigsetsize: int(8) },
  environment: ['EINVAL'],
  source: 'sigpending(2); kernel/signal.c do_sigpending()',
  rule(kernel, caller) {
    const pending = [...caller.pending, ...kernel.processOf(caller).pending].filter(({ signal }) =>
      hasSignal(caller.blocked, signal),
    )
    const sure = setOfSignals(...pending.filter(({ optional }) => optional !== true).map(({ signal }) => signal))
    let sets = [sure]
    for (const signal of new Set(pending.map(({ signal }) => signal))) {
      if (!hasSignal(sure, signal)) sets = sets.flatMap((set) => [set, withSignals(set, setOfSignals(signal))])
      if (sets.length > MOST_SETS) return { undecided: 'too many signals may be pending', harmless: true }
    }
    return sets.flatMap((set) => succeeds(0, undefined, { set }))
  },
})
