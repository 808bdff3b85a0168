import { patchFunctions } from '../../model/rules.ts'
import { NO_SIGNALS } from '../../model/state/signal-set.ts'
import type { Fault } from '../fault.ts'
import { blockedSignalsWait } from '../invariants/blocked-signals-wait.ts'

export const blockedSignalsAreDelivered: Fault = {
  name: 'a blocked signal is delivered',
  source: 'signal(7); kernel/signal.c dequeue_signal()',
  breaks: [blockedSignalsWait.name],
  apply: patchFunctions((fn) => ({
    lowestPending: (pending) => fn.lowestPending(pending, NO_SIGNALS),
  })),
}
