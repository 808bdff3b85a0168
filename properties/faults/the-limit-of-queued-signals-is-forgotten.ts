import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const theLimitOfQueuedSignalsIsForgotten: Fault = {
  name: 'RLIMIT_SIGPENDING stops no signal',
  source: 'getrlimit(2); kernel/signal.c sig_get_ucounts()',
  breaks: [],
  apply: patchFunctions(() => ({
    roomForSignal: () => 'sure' as const,
  })),
}
