import { isRealTime } from '../../model/signals.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import { always, sometimes } from '../invariant.ts'

const isTwice = (pending: readonly Siginfo[]): boolean => {
  const standard = pending.map(({ signal }) => signal).filter((signal) => !isRealTime(signal))
  return new Set(standard).size !== standard.length
}

export const standardSignalsPendOnce = always({
  name: 'a standard signal is pending at most once for a process, and once for each of its threads',
  source: 'signal(7) "Queueing and delivery semantics for standard signals"; kernel/signal.c legacy_queue()',
  of: 'processes',
  offends: (kernel, { pending, threads }) =>
    isTwice(pending) || threads.some((tid) => isTwice(kernel.threads.get(tid)?.pending ?? [])),
  sometimes: sometimes({
    name: 'several signals are pending for a process',
    of: 'processes',
    seen: (_kernel, { pending }) => pending.length > 1,
  }),
})
