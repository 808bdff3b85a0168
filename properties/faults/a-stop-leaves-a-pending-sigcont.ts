import { patchFunctions } from '../../model/rules.ts'
import { STOP_SIGNALS } from '../../model/signals.ts'
import { sameSignals } from '../../model/state/signal-set.ts'
import type { Fault } from '../fault.ts'
import { noStopPendsBesideSigcont } from '../invariants/no-stop-pends-beside-sigcont.ts'

export const aStopLeavesAPendingSigcont: Fault = {
  name: 'a stop signal leaves a pending SIGCONT in place',
  source: 'signal(7), POSIX XSH 2.4.1; kernel/signal.c prepare_signal()',
  breaks: [noStopPendsBesideSigcont.name],
  apply: patchFunctions((fn) => ({
    flushSignals(kernel, pid, signals) {
      if (sameSignals(signals, STOP_SIGNALS)) fn.flushSignals(kernel, pid, signals)
    },
  })),
}
