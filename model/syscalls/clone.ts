import { address, usualFlags } from '../params.ts'
import { CLONE_FLAGS, cloneArguments } from '../functions/clone-arguments.ts'
import { SIGNAL_MAX, signalName, signalNumber } from '../signals.ts'
import { defineSyscall, fails } from '../syscall.ts'

const EXIT_SIGNALS = Array.from({ length: SIGNAL_MAX }, (_, index) => signalName(index + 1))

/**
 * Make a process, or a thread (CLONE_THREAD), that shares what the flags name. The signal that the parent is to get at
 * the death of a process stands among the flags; none is 0.
 *
 * Returns the tid. Errors: EINVAL, flags that need others; EAGAIN, ENOMEM, by the world outside the model.
 * Source: clone(2); kernel/fork.c copy_process().
 */
export const clone = defineSyscall({
  name: 'clone',
  params: {
    child_stack: address(),
    flags: usualFlags(
      [...CLONE_FLAGS, ...EXIT_SIGNALS],
      ['CLONE_CHILD_CLEARTID', 'CLONE_CHILD_SETTID', 'SIGCHLD'],
      ['CLONE_FILES', 'SIGCHLD'],
      ['CLONE_VM', 'SIGCHLD'],
      ['CLONE_VM', 'CLONE_SIGHAND', 'SIGCHLD'],
      ['CLONE_SYSVSEM', 'SIGCHLD'],
      ['CLONE_PARENT', 'SIGCHLD'],
      ['CLONE_FS', 'SIGUSR1'],
    ),
  },
  makes: 'process',
  interrupted: 'ERESTARTNOINTR',
  sleeps: false,
  errors: ['EINVAL'],
  environment: ['EAGAIN', 'ENOMEM'],
  source: 'clone(2); kernel/fork.c copy_process()',
  rule(kernel, caller, { flags }, given) {
    const shares = cloneArguments(flags)
    if (shares === 'EINVAL') return fails('EINVAL')
    // The number stands in the lowest bits: two names make a third signal.
    const exitSignal = [...flags].reduce((bits, name) => bits | (signalNumber(name) ?? 0), 0)
    return kernel.fn.cloneAnswer(kernel, caller, shares, exitSignal, given)
  },
})
