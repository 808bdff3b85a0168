import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { waitingReceiversKeepAMessageQuiet } from '../invariants/waiting-receivers-keep-a-message-quiet.ts'

export const notificationFiresThoughAReceiverWaits: Fault = {
  name: 'a message that goes straight to a waiting receiver is announced as well',
  source: 'mq_notify(3): "the process waiting in mq_receive() takes precedence"; ipc/mqueue.c do_mq_timedsend()',
  breaks: [waitingReceiversKeepAMessageQuiet.name],
  apply: patchFunctions((fn) => ({
    pipelinedSend(kernel, queue, receiver, message) {
      fn.pipelinedSend(kernel, queue, receiver, message)
      if (kernel.queues.at(queue).notify !== null) kernel.fn.mqueueNotify(kernel, queue, 0)
    },
  })),
}
