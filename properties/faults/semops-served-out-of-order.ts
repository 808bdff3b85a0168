import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { equalSleepersAreServedInOrder } from '../invariants/equal-sleepers-are-served-in-order.ts'

export const semopsServedOutOfOrder: Fault = {
  name: 'the semop that began to sleep last is done first',
  source: 'ipc/sem.c update_queue()',
  breaks: [equalSleepersAreServedInOrder.name],
  apply: patchFunctions(() => ({ sleepersInOrder: (kernel, set) => kernel.sems.at(set).sleepers.toReversed() })),
}
