import { semopRule } from '../functions/semop-rule.ts'
import { object, out, semOps, timeout } from '../params.ts'
import { defineSyscall } from '../syscall.ts'

/**
 * semop with a limit to the sleep, which is what the C library's semop calls, with NULL for no limit.
 *
 * Errors: as semop; EAGAIN also when the time is over, EINVAL for a negative time.
 * Source: semop(2); ipc/sem.c __do_semtimedop().
 */
export const semtimedop = defineSyscall({
  name: 'semtimedop',
  params: { id: object('sem'), ops: semOps(), nsops: out('ignored'), timeout: timeout() },
  interrupted: 'EINTR',
  timeout: ({ timeout }) => timeout,
  timesOut: 'EAGAIN',
  errors: ['E2BIG', 'EAGAIN', 'EFBIG', 'EIDRM', 'EINVAL', 'ERANGE'],
  environment: ['EINVAL', 'EACCES', 'ENOMEM', 'EFAULT'],
  source: 'semop(2); ipc/sem.c __do_semtimedop()',
  rule: (kernel, caller, { id, ops, timeout }) => semopRule(kernel, caller, id, ops, timeout),
})
