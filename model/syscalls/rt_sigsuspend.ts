import { int, signalSet } from '../params.ts'
import { UNBLOCKABLE } from '../signals.ts'
import { withoutSignals } from '../state/signal-set.ts'
import { blocksOn, defineSyscall, goesOn } from '../syscall.ts'

/**
 * Put another mask in place and sleep until a signal is handled or kills, in one. After the handler the old mask is back.
 *
 * Never succeeds. Errors: EINTR.
 * Source: sigsuspend(2); kernel/signal.c sigsuspend().
 */
export const rt_sigsuspend = defineSyscall({
  name: 'rt_sigsuspend',
  params: { mask: signalSet(), sigsetsize: int(8) },
  interrupted: 'ERESTARTNOHAND',
  returns: 'nothing',
  environment: ['EINVAL'],
  source: 'sigsuspend(2); kernel/signal.c sigsuspend()',
  rule(kernel, { tid, saved }, { mask }) {
    if (saved !== null) return blocksOn(kernel.threads.key(tid))
    return goesOn((k) => {
      const row = k.threads.edit(tid)
      row.saved = row.blocked
      row.blocked = withoutSignals(mask, UNBLOCKABLE)
    })
  },
})
