import { action, int, out, signal } from '../params.ts'
import { defaultAction, SIGNAL_MAX, UNBLOCKABLE } from '../signals.ts'
import { hasSignal, setOfSignals, withoutSignals } from '../state/signal-set.ts'
import { actionOf } from '../state/signals.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Set the disposition of a signal for the whole process, or only ask for it (null). A disposition that ignores the signal
 * discards instances that are pending, blocked or not.
 *
 * Returns 0. Errors: EINVAL, no such signal, or a disposition for SIGKILL or SIGSTOP.
 * Source: sigaction(2); kernel/signal.c do_sigaction().
 */
export const rt_sigaction = defineSyscall({
  name: 'rt_sigaction',
  params: { sig: signal(), act: action(), oldact: out('action'), sigsetsize: int(8) },
  errors: ['EINVAL'],
  environment: ['EINVAL'],
  source: 'sigaction(2); kernel/signal.c do_sigaction()',
  rule(kernel, { pid }, { sig, act }) {
    if (sig < 1 || sig > SIGNAL_MAX) return fails('EINVAL')
    const oldact = actionOf(kernel.processes.at(pid).actions, sig)
    if (act === null) return succeeds(0, undefined, { oldact })
    if (hasSignal(UNBLOCKABLE, sig)) return fails('EINVAL')
    const ignores = act.handler === 'SIG_IGN' || (act.handler === 'SIG_DFL' && defaultAction(sig) === 'ignore')
    const effect = (k: typeof kernel) => {
      k.fn.setAction(k, pid, sig, { ...act, mask: withoutSignals(act.mask, UNBLOCKABLE) })
      if (ignores) k.fn.flushSignals(k, pid, setOfSignals(sig))
    }
    return succeeds(0, effect, { oldact })
  },
})
