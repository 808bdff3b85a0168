import { messageOf } from '../../model/functions/posix-queues.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { posixQueuesKeepWithinTheirLimits } from '../invariants/posix-queues-keep-within-their-limits.ts'

export const killedSenderLeavesItsMessage: Fault = {
  name: 'a sender that is killed while it waits at a full POSIX queue leaves its message there',
  source: 'ipc/mqueue.c wq_sleep(), do_mq_timedsend(): a message that was not taken in is freed',
  breaks: [posixQueuesKeepWithinTheirLimits.name],
  apply: patchFunctions((fn) => ({
    beginExit(kernel, tid) {
      const queue = kernel.queues.ids(({ senders }) => senders.includes(tid))[0]
      if (queue !== undefined) fn.mqueueInsert(kernel, queue, messageOf(kernel.threads.at(tid).call!.args))
      fn.beginExit(kernel, tid)
    },
  })),
}
