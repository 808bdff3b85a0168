import { semopRule } from '../functions/semop-rule.ts'
import { object, out, semOps } from '../params.ts'
import { defineSyscall } from '../syscall.ts'

/**
 * Do all operations, in the order of the array, or none; sleep until that is possible. `nsops` is their number.
 *
 * Errors: EINVAL, no operation or no such set; E2BIG; EFBIG, no such semaphore; ERANGE, a semval or semadj out of range;
 * EAGAIN, IPC_NOWAIT at the operation that blocks; EIDRM; EINTR, whatever SA_RESTART says.
 * Source: semop(2); ipc/sem.c __do_semtimedop().
 */
export const semop = defineSyscall({
  name: 'semop',
  params: { id: object('sem'), ops: semOps(), nsops: out('ignored') },
  interrupted: 'EINTR',
  errors: ['E2BIG', 'EAGAIN', 'EFBIG', 'EIDRM', 'EINVAL', 'ERANGE'],
  environment: ['EACCES', 'ENOMEM', 'EFAULT'],
  source: 'semop(2); ipc/sem.c __do_semtimedop()',
  rule: (kernel, caller, { id, ops }) => semopRule(kernel, caller, id, ops, null),
})
