import { processOf, signal } from '../params.ts'
import { SIGNAL_MAX } from '../signals.ts'
import type { Siginfo } from '../state/signals.ts'
import type { Target } from '../functions/signals.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Send a signal to a process, to the caller's group (0), to a group (-id), or to everybody but init and the caller (-1).
 * Signal 0 only looks. A zombie may be signalled, to no effect.
 *
 * Errors: ESRCH, nobody there, which is tested before EINVAL, no such signal. A real-time signal that finds no room
 * (RLIMIT_SIGPENDING) loses its siginfo.
 * Source: kill(2); kernel/signal.c kill_something_info().
 */
export const kill = defineSyscall({
  name: 'kill',
  params: { pid: processOf('kill'), sig: signal({ zero: true }) },
  errors: ['EINVAL', 'ESRCH'],
  environment: ['EPERM'],
  source: 'kill(2); kernel/signal.c kill_something_info()',
  rule(kernel, caller, { pid, sig }) {
    if (pid === -0x8000_0000) return fails('ESRCH')
    const targets = kernel.fn.killTargets(kernel, caller, pid)
    if (targets.length === 0) return fails('ESRCH')
    if (sig < 0 || sig > SIGNAL_MAX) return fails('EINVAL')
    if (sig === 0) return succeeds(0)
    const info: Siginfo = { signal: sig, code: 'SI_USER', pid: caller.pid }
    if (targets.length === 1) {
      const { pid: only, through } = targets[0]!
      return kernel.fn.sendSignal(kernel, only, through, info, (k, sent) => k.fn.sendToProcess(k, only, sent, through))
    }
    if (targets.some((target) => kernel.fn.roomForSignal(kernel, target.pid, target.through, info) !== 'sure')) {
      return { undecided: 'a signal for several processes, of which some may have no room for it (RLIMIT_SIGPENDING)' }
    }
    const sendTo = (chosen: readonly Target[]) =>
      succeeds(0, (k) => {
        for (const { pid: target, through } of chosen) k.fn.sendToProcess(k, target, info, through)
      })
    // Those of another user are passed over.
    const { privileged } = kernel.processOf(caller)
    if (privileged === true) return sendTo(targets)
    const likes = targets.filter(({ pid: target }) => kernel.processes.at(target).privileged === privileged)
    return [...sendTo(likes), ...sendTo(targets)]
  },
})
