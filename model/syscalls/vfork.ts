import { VFORK } from '../functions/fork.ts'
import { SIGCHLD } from '../signals.ts'
import { defineSyscall } from '../syscall.ts'

/**
 * Make a child that shares the caller's address space, and wait until it lets go of it, by execve or in its exit. Nothing
 * but death ends that wait, and a later phase of the child's exit need not have happened when it does.
 *
 * Returns the child's pid. Errors: EAGAIN, ENOMEM, by the world outside the model.
 * Source: vfork(2); kernel/fork.c wait_for_vfork_done().
 */
export const vfork = defineSyscall({
  name: 'vfork',
  params: {},
  makes: 'process',
  interrupted: 'ERESTARTNOINTR',
  sleeps: false,
  environment: ['EAGAIN', 'ENOMEM'],
  source: 'vfork(2); kernel/fork.c wait_for_vfork_done()',
  rule: (kernel, caller, _args, given) => kernel.fn.cloneAnswer(kernel, caller, VFORK, SIGCHLD, given),
})
