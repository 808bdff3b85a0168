import { mqueueWaiters, queueOf } from '../../model/functions/posix-queues.ts'
import { eachStep, named } from '../invariant.ts'

export const waitingReceiversKeepAMessageQuiet = eachStep({
  name: 'a message for which a receiver waits leaves the registration of a POSIX queue as it is',
  source: 'mq_notify(3); ipc/mqueue.c do_mq_timedsend()',
  on: ['effect'],
  effectsOf: named('mq_timedsend'),
  before(kernel, event) {
    const sender = kernel.threads.at(event.tid)
    const queue = queueOf(kernel, sender, sender.call!.args.mqd as number)?.queue
    if (queue === undefined || kernel.queues.at(queue).notify === null) return undefined
    return mqueueWaiters(kernel, queue, 'receivers').length > 0 ? queue : undefined
  },
  after: (kernel, _event, queue) =>
    kernel.queues.at(queue).notify === null ? `the registration at ${kernel.queues.at(queue).name} is gone` : undefined,
})
