import { SIGCONT, STOP_SIGNALS } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import { always, sometimes } from '../invariant.ts'

export const noStopPendsBesideSigcont = always({
  name: 'SIGCONT and a stop signal are never pending together in one process',
  source: 'signal(7), POSIX XSH 2.4.1; kernel/signal.c prepare_signal()',
  of: 'processes',
  offends(kernel, { pending, threads }) {
    const all = [...pending, ...threads.flatMap((tid) => kernel.threads.get(tid)?.pending ?? [])]
    const stops = all.some(({ signal }) => hasSignal(STOP_SIGNALS, signal))
    return stops && all.some(({ signal }) => signal === SIGCONT)
  },
  sometimes: sometimes({
    name: 'a stop signal is pending',
    of: 'processes',
    seen: (_kernel, { pending }) => pending.some(({ signal }) => hasSignal(STOP_SIGNALS, signal)),
  }),
})
