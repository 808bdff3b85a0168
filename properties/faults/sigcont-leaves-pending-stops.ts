import { patchFunctions } from '../../model/rules.ts'
import { STOP_SIGNALS } from '../../model/signals.ts'
import { sameSignals } from '../../model/state/signal-set.ts'
import type { Fault } from '../fault.ts'
import { noStopPendsBesideSigcont } from '../invariants/no-stop-pends-beside-sigcont.ts'
import { sigcontTakesPendingStopsAway } from '../invariants/sigcont-takes-pending-stops-away.ts'

export const sigcontLeavesPendingStops: Fault = {
  name: 'SIGCONT leaves pending stop signals in place',
  source: 'signal(7), POSIX XSH 2.4.1; kernel/signal.c prepare_signal()',
  breaks: [noStopPendsBesideSigcont.name, sigcontTakesPendingStopsAway.name],
  apply: patchFunctions((fn) => ({
    flushSignals(kernel, pid, signals) {
      if (!sameSignals(signals, STOP_SIGNALS)) fn.flushSignals(kernel, pid, signals)
    },
  })),
}
