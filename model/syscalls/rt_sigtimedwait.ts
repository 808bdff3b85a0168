import { int, out, signalSet, timeout } from '../params.ts'
import { UNBLOCKABLE } from '../signals.ts'
import type { Kernel } from '../kernel.ts'
import { ALL_SIGNALS, hasSignal, withoutSignals, type SignalSet } from '../state/signal-set.ts'
import type { Siginfo } from '../state/signals.ts'
import type { Thread } from '../state/threads.ts'
import type { Deliverable } from '../functions/delivery.ts'
import { blocksOn, defineSyscall, fails, succeeds, type Outcome } from '../syscall.ts'

/** Instances that may be queued, or not (`Siginfo.optional`). */
function takenPerhaps(kernel: Kernel, caller: Readonly<Thread>, others: SignalSet): readonly Outcome[] {
  const { tid, pending } = caller
  const fits = (info: Siginfo) => info.optional === true && !hasSignal(others, info.signal)
  const found: Deliverable[] = [
    ...pending.filter(fits).map((info) => ({ info, shared: false })),
    ...kernel
      .processOf(caller)
      .pending.filter(fits)
      .map((info) => ({ info, shared: true })),
  ]
  return found.map((from) => ({
    result: from.info.signal,
    effect: (k) => k.fn.dequeue(k, tid, from),
    out: { info: from.info },
  }))
}

/** Whether there is nothing that is queued for sure. */
const mayStillSleep = (kernel: Kernel, caller: Readonly<Thread>): boolean =>
  [...caller.pending, ...kernel.processOf(caller).pending].some(({ optional }) => optional === true)

/**
 * Take a pending signal of a set without running its handler: the thread's own before the process's, the lowest number
 * first. Sleeps until there is one, or for the time given.
 *
 * Returns the signal. Errors: EAGAIN, time is up; EINTR, a signal outside the set, or a stop.
 * Source: sigtimedwait(2); kernel/signal.c do_sigtimedwait().
 */
export const rt_sigtimedwait = defineSyscall({
  name: 'rt_sigtimedwait',
  params: { set: signalSet(), info: out('siginfo'), timeout: timeout(), sigsetsize: int(8) },
  interrupted: 'EINTR',
  interruptedWhenReady: mayStillSleep,
  timeout: ({ timeout }) => timeout,
  timesOut: 'EAGAIN',
  errors: ['EAGAIN', 'EINVAL'],
  environment: ['EINVAL'],
  source: 'sigtimedwait(2); kernel/signal.c do_sigtimedwait()',
  rule(kernel, caller, { set, timeout, sigsetsize }) {
    if (sigsetsize !== 8) return fails('EINVAL')
    const others = withoutSignals(ALL_SIGNALS, withoutSignals(set, UNBLOCKABLE))
    const perhaps = takenPerhaps(kernel, caller, others)
    const own = kernel.fn.lowestPending(caller.pending, others)
    const taken = own ?? kernel.fn.lowestPending(kernel.processOf(caller).pending, others)
    if (taken === undefined && perhaps.length > 0) return timeout === 0 ? [...perhaps, { result: 'EAGAIN' }] : perhaps
    if (taken === undefined) {
      return timeout === 0
        ? fails('EAGAIN')
        : blocksOn(kernel.threads.key(caller.tid), kernel.processes.key(caller.pid))
    }
    const { tid } = caller
    const from: Deliverable = { info: taken, shared: own === undefined }
    return [...succeeds(taken.signal, (k) => k.fn.dequeue(k, tid, from), { info: taken }), ...perhaps]
  },
})
