import type { Kernel } from '../../model/kernel.ts'
import { SIGCONT, STOP_SIGNALS } from '../../model/signals.ts'
import type { Process } from '../../model/state/processes.ts'
import { hasSignal, setOfSignals, type SignalSet } from '../../model/state/signal-set.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import { always, sometimes } from '../invariant.ts'

const SIGCONT_ALONE = setOfSignals(SIGCONT)

function isPending(kernel: Kernel, { pending, threads }: Readonly<Process>, signals: SignalSet): boolean {
  if (hasAny(pending, signals)) return true
  for (let i = 0; i < threads.length; i++)
    if (hasAny(kernel.threads.get(threads[i]!)?.pending ?? NONE, signals)) return true
  return false
}

const hasAny = (pending: readonly Siginfo[], signals: SignalSet): boolean =>
  pending.length > 0 && pending.some(({ signal }) => hasSignal(signals, signal))

const NONE: readonly Siginfo[] = []

export const noStopPendsBesideSigcont = always({
  name: 'SIGCONT and a stop signal are never pending together in one process',
  source: 'signal(7), POSIX XSH 2.4.1; kernel/signal.c prepare_signal()',
  of: 'processes',
  offends: (kernel, process) => isPending(kernel, process, STOP_SIGNALS) && isPending(kernel, process, SIGCONT_ALONE),
  sometimes: sometimes({
    name: 'a stop signal is pending',
    of: 'processes',
    seen: (_kernel, { pending }) => pending.some(({ signal }) => hasSignal(STOP_SIGNALS, signal)),
  }),
})
