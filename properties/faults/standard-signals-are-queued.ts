import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { standardSignalsPendOnce } from '../invariants/standard-signals-pend-once.ts'

export const standardSignalsAreQueued: Fault = {
  name: 'a standard signal is queued although it is pending',
  source: 'signal(7); kernel/signal.c legacy_queue()',
  breaks: [standardSignalsPendOnce.name],
  apply: patchFunctions(() => ({
    isQueuedAlready: () => false,
  })),
}
