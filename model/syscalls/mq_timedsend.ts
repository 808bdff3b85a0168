import { messageOf, MQ_PRIO_MAX, queueOf } from '../functions/posix-queues.ts'
import { data, fd, int, timeout } from '../params.ts'
import { blocksOn, defineSyscall, fails, goesOn, succeeds, type Outcome } from '../syscall.ts'

/**
 * Send a message. A waiting receiver gets it without its ever being in the queue, and then nobody is notified; otherwise
 * it lines up by priority, highest first, oldest first within one. Blocks while the queue is full, whatever becomes of
 * O_NONBLOCK meanwhile; who waits is served in order of scheduling priority, and of arrival.
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
    if (caller.sleepsOn !== null) return blocksOn(kernel.queues.key(caller.sleepsOn.id))
    if ((deadline !== null && deadline < 0) || priority < 0 || priority >= MQ_PRIO_MAX) return fails('EINVAL')
    const opened = queueOf(kernel, caller, mqd)
    if (opened === undefined || opened.description.access === 'O_RDONLY') return fails('EBADF')
    const { queue, description } = opened
    const { messages, maxMessages, maxSize } = kernel.queues.at(queue)
    // The size is unsigned: one below 0 is larger than any queue takes.
    if (size < 0 || size > maxSize) return fails('EMSGSIZE')
    if (messages.length >= maxMessages) {
      if (description.nonblock) return fails('EAGAIN')
      return goesOn((k) => k.fn.sleepOnQueue(k, caller.tid, opened, 'senders'))
    }
    const message = messageOf(args)
    const receivers = kernel.fn.mqueueWaiters(kernel, queue, 'receivers')
    if (receivers.length === 0) return succeeds(0, (k) => k.fn.mqueueSend(k, queue, message, caller.pid))
    return receivers.map((tid): Outcome => ({ result: 0, effect: (k) => k.fn.pipelinedSend(k, queue, tid, message) }))
  },
})
