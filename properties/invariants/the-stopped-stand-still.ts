import { isExiting } from '../../model/functions/signals.ts'
import { always, sometimes } from '../invariant.ts'

export const theStoppedStandStill = always({
  name: 'every thread of a stopped process is out of its call, and none has yet to stop',
  source: 'signal(7), wait(2); kernel/signal.c do_signal_stop(), task_participate_group_stop()',
  of: 'processes',
  offends: (kernel, { state, threads, toStop, stopSignal }) =>
    state === 'stopped' &&
    (toStop.length > 0 ||
      stopSignal === 0 ||
      threads.some((tid) => {
        const thread = kernel.threads.get(tid)
        return thread !== undefined && thread.state !== 'running' && !isExiting(thread)
      })),
  sometimes: sometimes({
    name: 'a stop waits for another thread',
    of: 'processes',
    seen: (_kernel, { toStop }) => toStop.length > 0,
  }),
})
