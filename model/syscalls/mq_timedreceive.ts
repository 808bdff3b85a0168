import { queueOf, receivedOf } from '../functions/posix-queues.ts'
import { fd, int, out, timeout } from '../params.ts'
import { defineSyscall, fails, type Outcome } from '../syscall.ts'

/**
 * Take the first message: of the highest priority, the oldest. When that makes room, the message of a waiting sender
 * comes in at once. Blocks while the queue is empty.
 *
 * Returns the length of the message; `text` is the message, `priority` its priority. `deadline`: a moment of the
 * real-time clock; what counts here is whether there is one.
 * Errors: EINVAL, a deadline before 1970; EBADF, not open, no queue, not for reading; EMSGSIZE, a buffer smaller than the
 * longest message that the queue takes; EAGAIN under O_NONBLOCK; ETIMEDOUT; EINTR.
 * Source: mq_receive(3); ipc/mqueue.c do_mq_timedreceive().
 */
export const mq_timedreceive = defineSyscall({
  name: 'mq_timedreceive',
  params: {
    mqd: fd(),
    text: out('data'),
    size: int(8, 8192, 8, 8192, 4),
    priority: out('number'),
    deadline: timeout(),
  },
  interrupted: 'ERESTARTSYS',
  timeout: ({ deadline }) => deadline,
  timesOut: 'ETIMEDOUT',
  errors: ['EAGAIN', 'EBADF', 'EINVAL', 'EMSGSIZE'],
  source: 'mq_receive(3); ipc/mqueue.c do_mq_timedreceive()',
  rule(kernel, caller, { mqd, size, deadline }) {
    if (deadline !== null && deadline < 0) return fails('EINVAL')
    const opened = queueOf(kernel, caller, mqd)
    if (opened === undefined || opened.description.access === 'O_WRONLY') return fails('EBADF')
    const { queue, id, description } = opened
    const { messages, maxMessages, maxSize } = kernel.queues.at(queue)
    if (size < maxSize) return fails('EMSGSIZE')
    const [first] = messages
    if (first === undefined)
      return description.nonblock ? fails('EAGAIN') : kernel.fn.sleepsOn(kernel, caller, id, kernel.queues.key(queue))
    const taken = { result: first.size, out: receivedOf(first) }
    const senders = messages.length >= maxMessages ? kernel.fn.mqueueWaiters(kernel, queue, 'mq_timedsend') : []
    const outcomes = senders.map(({ tid }): Outcome => ({
      ...taken,
      effect: (k) => {
        k.fn.mqueueTake(k, queue)
        k.fn.pipelinedReceive(k, queue, tid)
      },
    }))
    if (senders.some(({ slept }) => slept)) return outcomes
    return [...outcomes, { ...taken, effect: (k) => k.fn.mqueueTake(k, queue) }]
  },
})
