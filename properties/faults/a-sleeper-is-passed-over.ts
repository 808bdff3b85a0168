import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const aSleeperIsPassedOver: Fault = {
  name: 'a fatal signal chooses nobody who is not on a processor, though no other signal waits there',
  source: 'kernel/signal.c wants_signal(), complete_signal()',
  breaks: [],
  apply: patchFunctions(() => ({ isWokenAlready: () => true })),
}
