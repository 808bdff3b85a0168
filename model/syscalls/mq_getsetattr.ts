import { queueOf } from '../functions/posix-queues.ts'
import { fd, out, queueAttributes } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Ask for the attributes of a queue, and set the one that can be set, unless `attr` is null: O_NONBLOCK, which belongs to
 * the open file description. `old`: the attributes before.
 * Errors: EBADF, not open or no queue.
 * Source: mq_getattr(3); ipc/mqueue.c do_mq_getsetattr().
 */
export const mq_getsetattr = defineSyscall({
  name: 'mq_getsetattr',
  params: { mqd: fd(), attr: queueAttributes(), old: out('queue-attributes') },
  errors: ['EBADF'],
  source: 'mq_getattr(3), mq_setattr(3); ipc/mqueue.c do_mq_getsetattr()',
  rule(kernel, caller, { mqd, attr }) {
    const opened = queueOf(kernel, caller, mqd)
    if (opened === undefined) return fails('EBADF')
    const { maxMessages, maxSize, messages } = kernel.queues.at(opened.queue)
    const old = {
      mq_flags: opened.description.nonblock ? 'O_NONBLOCK' : 0,
      mq_maxmsg: maxMessages,
      mq_msgsize: maxSize,
      mq_curmsgs: messages.length,
    }
    if (attr === null) return succeeds(0, undefined, { old })
    const { nonblock } = attr
    const { id } = opened
    return succeeds(
      0,
      (k) => {
        k.descriptions.edit(id).nonblock = nonblock
      },
      { old },
    )
  },
})
