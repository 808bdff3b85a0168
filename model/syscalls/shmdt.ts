import { address } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Detach the segment attached at this address.
 * Errors: EINVAL, no attach begins there.
 * Source: shmdt(2); ipc/shm.c ksys_shmdt().
 */
export const shmdt = defineSyscall({
  name: 'shmdt',
  params: { address: address() },
  errors: ['EINVAL'],
  environment: ['EINTR', 'ENOMEM'],
  source: 'shmdt(2); ipc/shm.c ksys_shmdt()',
  rule(kernel, caller, { address }) {
    if (kernel.fn.attachAt(kernel, caller.mm, address).length === 0) return fails('EINVAL')
    return succeeds(0, (k) => k.fn.detachSegment(k, caller.tid, address))
  },
})
