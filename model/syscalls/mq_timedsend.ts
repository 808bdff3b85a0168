import { messageOf, MQ_PRIO_MAX, queueOf } from '../functions/posix-queues.ts'
import { data, fd, int, timeout } from '../params.ts'
import { defineSyscall, fails, type Outcome } from '../syscall.ts'

/**
 * Send a message. A waiting receiver gets it without its ever being in the queue, and then nobody is notified; otherwise
 * it lines up by priority, highest first, oldest first within one. Blocks while the queue is full.
 *
 * `deadline`: a moment of the real-time clock; what counts here is whether there is one.
 * Errors: EINVAL, a deadline before 1970 or a priority of 32768 and more; EBADF, not open, no queue, not for writing;
 * EMSGSIZE, longer than the queue takes; EAGAIN under O_NONBLOCK; ETIMEDOUT; EINTR.
 * Source: mq_send(3); ipc/mqueue.c do_mq_timedsend().
 */
export const mq_timedsend = defineSyscall({
  name: 'mq_timedsend',
  params: {
    mqd: fd(),
    text: data(),
    size: int(1, 3, 1, 3, 9),
    priority: int(0, 1, 5, 0, 1, 5, MQ_PRIO_MAX),
    deadline: timeout(),
  },
  interrupted: 'ERESTARTSYS',
  timeout: ({ deadline }) => deadline,
  timesOut: 'ETIMEDOUT',
  errors: ['EAGAIN', 'EBADF', 'EINVAL', 'EMSGSIZE'],
  environment: ['ENOMEM'],
  source: 'mq_send(3); ipc/mqueue.c do_mq_timedsend()',
  rule(kernel, caller, args) {
    const { mqd, size, priority, deadline } = args
    if ((deadline !== null && deadline < 0) || priority < 0 || priority >= MQ_PRIO_MAX) return fails('EINVAL')
    const opened = queueOf(kernel, caller, mqd)
    if (opened === undefined || opened.description.access === 'O_RDONLY') return fails('EBADF')
    const { queue, id, description } = opened
    const { messages, maxMessages, maxSize } = kernel.queues.at(queue)
    if (size > maxSize) return fails('EMSGSIZE')
    if (messages.length >= maxMessages) {
      return description.nonblock ? fails('EAGAIN') : kernel.fn.sleepsOn(kernel, caller, id, kernel.queues.key(queue))
    }
    const message = messageOf(args)
    const receivers = messages.length === 0 ? kernel.fn.mqueueWaiters(kernel, queue, 'mq_timedreceive') : []
    const outcomes = receivers.map(({ tid }): Outcome => ({
      result: 0,
      effect: (k) => k.fn.pipelinedSend(k, queue, tid, message),
    }))
    if (receivers.some(({ slept }) => slept)) return outcomes
    return [...outcomes, { result: 0, effect: (k) => k.fn.mqueueSend(k, queue, message, caller.pid) }]
  },
})
