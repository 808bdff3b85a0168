import { SIGKILL, SIGSTOP } from '../../model/signals.ts'
import { ALL_SIGNALS, hasSignal, sameSignals, withoutSignals, setOfSignals } from '../../model/state/signal-set.ts'
import { always, sometimes } from '../invariant.ts'

export const killAndStopAreNeverBlocked = always({
  name: 'no mask holds SIGKILL or SIGSTOP',
  source: 'sigprocmask(2) NOTES; kernel/signal.c set_current_blocked()',
  of: 'threads',
  offends: (_kernel, { blocked, saved, frames }) =>
    [blocked, ...(saved === null ? [] : [saved]), ...frames.map((frame) => frame.blocked)].some(
      (mask) => hasSignal(mask, SIGKILL) || hasSignal(mask, SIGSTOP),
    ),
  sometimes: sometimes({
    name: 'a thread blocks every signal that it may',
    of: 'threads',
    seen: (_kernel, { blocked }) => sameSignals(blocked, withoutSignals(ALL_SIGNALS, setOfSignals(SIGKILL, SIGSTOP))),
  }),
})
