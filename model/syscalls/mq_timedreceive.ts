import { queueOf, receivedOf } from '../functions/posix-queues.ts'
import { fd, int, out, timeout } from '../params.ts'
import { blocksOn, defineSyscall, fails, goesOn, type Outcome } from '../syscall.ts'

/**
 * Take the first message: of the highest priority, the oldest. When that makes room, the message of a waiting sender
 * comes in at once. Blocks while the queue is empty, whatever becomes of O_NONBLOCK meanwhile; who waits is served in
 * order of scheduling priority, and of arrival.
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
    if (caller.sleepsOn !== null) return blocksOn(kernel.queues.key(caller.sleepsOn.id))
    if (deadline !== null && deadline < 0) return fails('EINVAL')
    const opened = queueOf(kernel, caller, mqd)
    if (opened === undefined || opened.description.access === 'O_WRONLY') return fails('EBADF')
    const { queue, description } = opened
    const { messages, maxSize } = kernel.queues.at(queue)
    // The size is unsigned: what is below 0 is large.
    if (size >= 0 && size < maxSize) return fails('EMSGSIZE')
    const [first] = messages
    if (first === undefined) {
      if (description.nonblock) return fails('EAGAIN')
      return goesOn((k) => k.fn.sleepOnQueue(k, caller.tid, opened, 'receivers'))
    }
    const taken = { result: first.size, out: receivedOf(first) }
    const senders = kernel.fn.mqueueWaiters(kernel, queue, 'senders')
    if (senders.length === 0) return [{ ...taken, effect: (k) => k.fn.mqueueTake(k, queue) }]
    return senders.map((tid): Outcome => ({
      ...taken,
      effect: (k) => {
        k.fn.mqueueTake(k, queue)
        k.fn.pipelinedReceive(k, queue, tid)
      },
    }))
  },
})
