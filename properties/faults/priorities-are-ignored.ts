import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { messagesComeByPriority } from '../invariants/messages-come-by-priority.ts'

export const prioritiesAreIgnored: Fault = {
  name: 'a POSIX queue gives its messages in the order in which they came',
  source: 'mq_overview(7); ipc/mqueue.c msg_insert()',
  breaks: [messagesComeByPriority.name],
  apply: patchFunctions(() => ({
    mqueueInsert(kernel, queue, message) {
      const row = kernel.queues.edit(queue)
      row.messages = [...row.messages, message]
    },
  })),
}
