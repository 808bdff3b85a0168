import { semaphoreAt } from '../functions/named-semaphores.ts'
import { address } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Give up one sem_open of a named semaphore; the last of the process unmaps it. Its value and its name stay.
 * Errors: EINVAL, no named semaphore is open at this address.
 * Source: sem_close(3); glibc sysdeps/pthread/sem_close.c.
 */
export const sem_close = defineSyscall({
  name: 'sem_close',
  errors: ['EINVAL'],
  library: true,
  params: { sem: address() },
  source: 'sem_close(3)',
  rule(kernel, caller, { sem }) {
    const mapping = semaphoreAt(kernel, caller.mm, sem)
    if (mapping === undefined) return fails('EINVAL')
    return succeeds(0, (k) => k.fn.semaphoreClose(k, caller.tid, sem))
  },
})
