import { processOf, signal } from '../params.ts'
import { SIGNAL_MAX } from '../signals.ts'
import type { Target } from '../functions/signals.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Send a signal to a process, to the caller's group (0), to a group (-id), or to everybody but init and the caller (-1).
 * Signal 0 only looks. A zombie may be signalled, to no effect.
 *
 * Errors: ESRCH, nobody there, which is tested before EINVAL, no such signal.
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
    const sendTo = (chosen: readonly Target[]) =>
      succeeds(0, (k) => {
        for (const { pid: target, through } of chosen)
          k.fn.sendToProcess(k, target, { signal: sig, code: 'SI_USER', pid: caller.pid }, through)
      })
    // Those of another user are passed over.
    const { privileged } = kernel.processOf(caller)
    if (privileged === true || targets.length === 1) return sendTo(targets)
    const likes = targets.filter(({ pid: target }) => kernel.processes.at(target).privileged === privileged)
    return [...sendTo(likes), ...sendTo(targets)]
  },
})
