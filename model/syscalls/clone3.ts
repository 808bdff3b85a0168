import { int, signal, usualFlags } from '../params.ts'
import { CLONE_FLAGS, cloneArguments } from '../functions/clone-arguments.ts'
import { PAGE } from '../functions/memory.ts'
import { SIGNAL_MAX } from '../signals.ts'
import { defineSyscall, fails, isBlocked, isUndecided } from '../syscall.ts'

/** sizeof(struct clone_args), and what it was at first. Source: include/uapi/linux/sched.h. */
const SIZE = 88
const FIRST_SIZE = 64

/**
 * clone with its arguments in a structure, of which strace shows the members; the C library's way to make a thread.
 *
 * Returns the tid. Errors: EINVAL, as clone, and for an exit signal where none may be given; EAGAIN, ENOMEM, by the world
 * outside the model.
 * Source: clone(2); kernel/fork.c clone3_args_valid(), copy_process().
 */
export const clone3 = defineSyscall({
  name: 'clone3',
  params: {
    flags: usualFlags(
      [...CLONE_FLAGS, 'CLONE_CLEAR_SIGHAND'],
      [
        'CLONE_VM',
        'CLONE_FS',
        'CLONE_FILES',
        'CLONE_SIGHAND',
        'CLONE_THREAD',
        'CLONE_SYSVSEM',
        'CLONE_SETTLS',
        'CLONE_PARENT_SETTID',
        'CLONE_CHILD_CLEARTID',
      ],
      ['CLONE_VM', 'CLONE_FS', 'CLONE_SIGHAND', 'CLONE_THREAD'],
    ),
    exit_signal: signal({ zero: true }),
    size: int(SIZE),
  },
  makes: 'thread',
  interrupted: 'ERESTARTNOINTR',
  sleeps: false,
  errors: ['E2BIG', 'EINVAL'],
  environment: ['EAGAIN', 'ENOMEM'],
  source: 'clone(2); kernel/fork.c clone3_args_valid(), copy_process()',
  rule(kernel, caller, { flags, exit_signal, size }, given) {
    if (size < 0 || size > PAGE) return fails('E2BIG')
    if (size < FIRST_SIZE) return fails('EINVAL')
    const shares = cloneArguments(flags)
    const isOwn = flags.has('CLONE_THREAD') || flags.has('CLONE_PARENT')
    const isBad = shares === 'EINVAL' || exit_signal > SIGNAL_MAX || (exit_signal !== 0 && isOwn)
    const known = isBad ? fails('EINVAL') : kernel.fn.cloneAnswer(kernel, caller, shares, exit_signal, given)
    // What stands behind the structure that is known must be zero, and is not shown.
    if (size <= SIZE || isUndecided(known)) return known
    return isBlocked(known) ? fails('E2BIG') : [...known, ...fails('E2BIG')]
  },
})
