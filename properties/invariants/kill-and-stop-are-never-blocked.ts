import { SIGKILL, SIGSTOP } from '../../model/signals.ts'
import {
  ALL_SIGNALS,
  hasSignal,
  sameSignals,
  setOfSignals,
  withoutSignals,
  type SignalSet,
} from '../../model/state/signal-set.ts'
import { always, sometimes } from '../invariant.ts'

const blocksEither = (mask: SignalSet): boolean => hasSignal(mask, SIGKILL) || hasSignal(mask, SIGSTOP)

export const killAndStopAreNeverBlocked = always({
  name: 'no mask holds SIGKILL or SIGSTOP',
  source: 'sigprocmask(2) NOTES; kernel/signal.c set_current_blocked()',
  of: 'threads',
  offends: (_kernel, { blocked, saved, frames }) =>
    blocksEither(blocked) ||
    (saved !== null && blocksEither(saved)) ||
    (frames.length > 0 && frames.some((frame) => blocksEither(frame.blocked))),
  sometimes: sometimes({
    name: 'a thread blocks every signal that it may',
    of: 'threads',
    seen: (_kernel, { blocked }) => sameSignals(blocked, withoutSignals(ALL_SIGNALS, setOfSignals(SIGKILL, SIGSTOP))),
  }),
})
