import { advance } from '../lifecycle/compile.ts'
import { posixQueueChart } from '../lifecycle/posix-queue.ts'
import { queueOf } from '../functions/posix-queues.ts'
import { fd, sigevent } from '../params.ts'
import { SIGNAL_MAX } from '../signals.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Register the process to be told, once, when a message arrives at the empty queue and nobody waits for it; or with null
 * give up its registration, if it has it. There is one registration a queue, lost at any close of the queue by its
 * process.
 *
 * Errors: EINVAL, no such signal; EBADF, not open or no queue; EBUSY, registered already, be it by the caller.
 * Source: mq_notify(3); ipc/mqueue.c do_mq_notify().
 */
export const mq_notify = defineSyscall({
  name: 'mq_notify',
  params: { mqd: fd(), event: sigevent() },
  errors: ['EBADF', 'EBUSY', 'EINVAL'],
  environment: ['ENOMEM'],
  source: 'mq_notify(3); ipc/mqueue.c do_mq_notify()',
  rule(kernel, caller, { mqd, event }) {
    const signal = event?.notify === 'SIGEV_SIGNAL' ? event.signal : 0
    if (signal < 0 || signal > SIGNAL_MAX) return fails('EINVAL')
    const opened = queueOf(kernel, caller, mqd)
    if (opened === undefined) return fails('EBADF')
    const { queue } = opened
    const { notify } = kernel.queues.at(queue)
    if (event === null) {
      if (notify?.pid !== caller.pid) return succeeds(0)
      return succeeds(0, (k) => k.fn.mqueueCancel(k, queue))
    }
    if (notify !== null) return fails('EBUSY')
    return succeeds(0, (k) => {
      const row = k.queues.edit(queue)
      row.state = advance(posixQueueChart, row.state, 'NOTIFY')
      row.notify = { pid: caller.pid, signal, execed: false }
    })
  },
})
