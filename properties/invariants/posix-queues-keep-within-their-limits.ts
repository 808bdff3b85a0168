import { always, sometimes } from '../invariant.ts'

export const posixQueuesKeepWithinTheirLimits = always({
  name: 'a POSIX queue holds no more messages, and no longer ones, than it was made for',
  source: 'mq_send(3), mq_getattr(3); ipc/mqueue.c do_mq_timedsend()',
  of: 'queues',
  offends: (_kernel, { messages, maxMessages, maxSize }) =>
    messages.length > maxMessages || messages.some(({ size }) => size > maxSize),
  sometimes: sometimes({
    name: 'a POSIX queue is full',
    of: 'queues',
    seen: (_kernel, { messages, maxMessages }) => messages.length === maxMessages,
  }),
})
