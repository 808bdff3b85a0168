import { eachStep } from '../invariant.ts'

/** A call that had not slept yet may come to its end, since nobody has stopped the thread before it leaves the kernel. */
export const aStoppedProcessRunsNoCall = eachStep<true>({
  name: 'a thread of a stopped process enters no call, and ends none in which it slept',
  source: 'signal(7); kernel/signal.c do_signal_stop(), get_signal()',
  on: ['call', 'effect'],
  before(kernel, event) {
    const thread = kernel.threads.get(event.tid)
    if (thread === undefined || kernel.processOf(thread).state !== 'stopped') return undefined
    const ends = event.kind === 'internal' && event.move === 'effect' && thread.slept && !thread.killed
    return event.kind === 'call' || ends ? true : undefined
  },
  after: (_kernel, event) => `thread ${event.tid} ran a call while its process was stopped`,
})
