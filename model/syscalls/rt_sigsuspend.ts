import { intOrUnseen, signalSet } from '../params.ts'
import { UNBLOCKABLE } from '../signals.ts'
import { SIGSET_SIZE, withoutSignals } from '../state/signal-set.ts'
import { blocksOn, defineSyscall, fails, goesOn } from '../syscall.ts'

/**
 * Put another mask in place and sleep until a signal is handled or kills, in one. After the handler the old mask is back.
 *
 * Never succeeds. Errors: EINTR; EINVAL, a set of another size.
 * Source: sigsuspend(2); kernel/signal.c sigsuspend().
 */
export const rt_sigsuspend = defineSyscall({
  name: 'rt_sigsuspend',
  params: { mask: signalSet(), sigsetsize: intOrUnseen(SIGSET_SIZE) },
  interrupted: 'ERESTARTNOHAND',
  returns: 'nothing',
  errors: ['EINVAL'],
  source: 'sigsuspend(2); kernel/signal.c sigsuspend()',
  rule(kernel, { tid, saved }, { mask, sigsetsize }) {
    if (sigsetsize !== null && sigsetsize !== SIGSET_SIZE) return fails('EINVAL')
    if (saved !== null) return blocksOn(kernel.threads.key(tid))
    return goesOn((k) => {
      const row = k.threads.edit(tid)
      row.saved = row.blocked
      row.blocked = withoutSignals(mask, UNBLOCKABLE)
    })
  },
})
