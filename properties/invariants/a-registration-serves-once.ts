import { queueOf } from '../../model/functions/posix-queues.ts'
import { eachStep, named } from '../invariant.ts'

export const aRegistrationServesOnce = eachStep({
  name: 'a message in an empty POSIX queue uses up the registration there',
  source: 'mq_notify(3); ipc/mqueue.c __do_notify()',
  on: ['effect'],
  effectsOf: named('mq_timedsend'),
  before(kernel, event) {
    const sender = kernel.threads.at(event.tid)
    const queue = queueOf(kernel, sender, sender.call!.args.mqd as number)?.queue
    if (queue === undefined) return undefined
    const { notify, messages } = kernel.queues.at(queue)
    return notify !== null && messages.length === 0 ? queue : undefined
  },
  after(kernel, _event, queue) {
    const { name, notify, messages } = kernel.queues.at(queue)
    return notify !== null && messages.length === 1 ? `the registration at ${name} is still there` : undefined
  },
})
