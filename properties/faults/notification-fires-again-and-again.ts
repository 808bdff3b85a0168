import { advance } from '../../model/lifecycle/compile.ts'
import { posixQueueChart } from '../../model/lifecycle/posix-queue.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aRegistrationServesOnce } from '../invariants/a-registration-serves-once.ts'

export const notificationFiresAgainAndAgain: Fault = {
  name: 'a registration at a POSIX queue stands after it has served',
  source: 'mq_notify(3): "notification occurs once"; ipc/mqueue.c __do_notify()',
  breaks: [aRegistrationServesOnce.name],
  apply: patchFunctions((fn) => ({
    mqueueNotify(kernel, queue, sender) {
      const { notify } = kernel.queues.at(queue)
      fn.mqueueNotify(kernel, queue, sender)
      const row = kernel.queues.edit(queue)
      row.state = advance(posixQueueChart, row.state, 'NOTIFY')
      row.notify = notify
    },
  })),
}
