import { signalName } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import { eachStep, named } from '../invariant.ts'

export const blockedSignalsWait = eachStep({
  name: 'a signal is not delivered to a thread that blocks it, and a handler’s return gives the mask before it back',
  source: 'signal(7), sigreturn(2); kernel/signal.c dequeue_signal()',
  on: ['deliver', 'effect'],
  effectsOf: named('rt_sigreturn'),
  before(kernel, event) {
    const thread = kernel.threads.at(event.tid)
    if (event.kind !== 'internal') return undefined
    if (event.move === 'effect') return { mask: thread.frames.at(-1)?.blocked }
    const { signal } = kernel.fn.deliveries(kernel, thread)[event.choice]!.signal.info
    // Once a sleep under another mask has ended, the mask before it lets in what that one did not: see restoreMask().
    const isBlocked = hasSignal(thread.blocked, signal) && hasSignal(thread.saved ?? thread.blocked, signal)
    return isBlocked ? { signal } : undefined
  },
  after(kernel, { tid }, { signal, mask }) {
    if (signal !== undefined) return `thread ${tid} took ${signalName(signal)}`
    const { blocked } = kernel.threads.at(tid)
    const isBack = mask === undefined || (blocked.low === mask.low && blocked.high === mask.high)
    return isBack ? undefined : `thread ${tid} has another mask than before its handler`
  },
})
