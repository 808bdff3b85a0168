import { isRealTime } from '../../model/signals.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import { always, sometimes } from '../invariant.ts'

const NONE: readonly Siginfo[] = []

const isTwice = (pending: readonly Siginfo[]): boolean => {
  if (pending.length < 2) return false
  const standard = pending.map(({ signal }) => signal).filter((signal) => !isRealTime(signal))
  return new Set(standard).size !== standard.length
}

export const standardSignalsPendOnce = always({
  name: 'a standard signal is pending at most once for a process, and once for each of its threads',
  source: 'signal(7) "Queueing and delivery semantics for standard signals"; kernel/signal.c legacy_queue()',
  of: 'processes',
  offends(kernel, { pending, threads }) {
    for (let i = 0; i < threads.length; i++) if (isTwice(kernel.threads.get(threads[i]!)?.pending ?? NONE)) return true
    return isTwice(pending)
  },
  sometimes: sometimes({
    name: 'several signals are pending for a process',
    of: 'processes',
    seen: (_kernel, { pending }) => pending.length > 1,
  }),
})
