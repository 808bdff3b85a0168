import { intOrUnseen, out, signalSet, word, type Param } from '../params.ts'
import { UNBLOCKABLE } from '../signals.ts'
import { SIGSET_SIZE, withoutSignals, withSignals, type SignalSet } from '../state/signal-set.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

const SET_OR_NULL: Param<SignalSet | null> = signalSet()

/**
 * Change the calling thread's mask, or only ask for it (a null set). SIGKILL and SIGSTOP stay unblocked, in silence.
 * A pending signal that becomes deliverable is taken before the call returns.
 *
 * Returns 0. `oldset` is the mask before. Errors: EINVAL, a set of another size.
 * Source: sigprocmask(2); kernel/signal.c sigprocmask().
 */
export const rt_sigprocmask = defineSyscall({
  name: 'rt_sigprocmask',
  params: {
    how: word('SIG_BLOCK', 'SIG_UNBLOCK', 'SIG_SETMASK'),
    set: SET_OR_NULL,
    oldset: out('signal-set'),
    sigsetsize: intOrUnseen(SIGSET_SIZE),
  },
  errors: ['EINVAL'],
  source: 'sigprocmask(2); kernel/signal.c sigprocmask()',
  rule(_kernel, { tid, blocked }, { how, set, sigsetsize }) {
    if (sigsetsize !== null && sigsetsize !== SIGSET_SIZE) return fails('EINVAL')
    const before = { oldset: blocked }
    if (set === null) return succeeds(0, undefined, before)
    return succeeds(0, (k) => void (k.threads.edit(tid).blocked = changed(blocked, how, set)), before)
  },
})

function changed(mask: SignalSet, how: 'SIG_BLOCK' | 'SIG_UNBLOCK' | 'SIG_SETMASK', set: SignalSet): SignalSet {
  const named = withoutSignals(set, UNBLOCKABLE)
  switch (how) {
    case 'SIG_BLOCK':
      return withSignals(mask, named)
    case 'SIG_UNBLOCK':
      return withoutSignals(mask, set)
    case 'SIG_SETMASK':
      return named
  }
}
