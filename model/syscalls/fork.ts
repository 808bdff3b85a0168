import { FORK } from '../functions/fork.ts'
import { SIGCHLD } from '../signals.ts'
import { defineSyscall } from '../syscall.ts'

/**
 * Make a child process: a copy of the calling thread alone, sharing its open file descriptions.
 *
 * Returns the child's pid, any number that no process, group or session bears. The child's own return of 0 is not seen.
 * Errors: EAGAIN, ENOMEM, by the world outside the model.
 * Source: fork(2); kernel/fork.c copy_process().
 */
export const fork = defineSyscall({
  name: 'fork',
  params: {},
  makes: 'process',
  interrupted: 'ERESTARTNOINTR',
  sleeps: false,
  environment: ['EAGAIN', 'ENOMEM'],
  source: 'fork(2); kernel/fork.c copy_process()',
  rule: (kernel, caller, _args, given) => kernel.fn.cloneAnswer(kernel, caller, FORK, SIGCHLD, given),
})
