import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { equalSleepersAreServedInOrder } from '../invariants/equal-sleepers-are-served-in-order.ts'

export const receiversServedOutOfOrder: Fault = {
  name: 'a message goes to the receiver that began to sleep last',
  source: 'ipc/msg.c pipelined_send()',
  breaks: [equalSleepersAreServedInOrder.name],
  apply: patchFunctions(() => ({ receiversInOrder: (kernel, queue) => kernel.msgs.at(queue).receivers.toReversed() })),
}
