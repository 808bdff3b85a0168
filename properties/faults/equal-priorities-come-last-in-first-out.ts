import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const equalPrioritiesComeLastInFirstOut: Fault = {
  name: 'of two messages of one priority in a POSIX queue the younger comes first',
  source: 'mq_send(3); ipc/mqueue.c msg_insert()',
  breaks: [],
  apply: patchFunctions(() => ({
    mqueueInsert(kernel, queue, message) {
      const row = kernel.queues.edit(queue)
      const place = row.messages.findIndex(({ priority }) => priority <= message.priority)
      row.messages = row.messages.toSpliced(place < 0 ? row.messages.length : place, 0, message)
    },
  })),
}
