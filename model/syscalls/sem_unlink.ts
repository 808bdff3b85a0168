import { semaphoreName } from '../functions/named-semaphores.ts'
import { path } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Remove the name of a semaphore. Whoever has it open goes on using it; a later sem_open makes another.
 * Errors: ENOENT, also for a name that no semaphore can have.
 * Source: sem_unlink(3).
 */
export const sem_unlink = defineSyscall({
  name: 'sem_unlink',
  library: true,
  params: { name: path('semaphore') },
  errors: ['ENOENT'],
  environment: ['EACCES'],
  source: 'sem_unlink(3)',
  rule(kernel, _caller, { name }) {
    const semaphore = kernel.names.get(semaphoreName(name))
    if (semaphore === undefined) return fails('ENOENT')
    return succeeds(0, (k) => k.fn.semaphoreUnlink(k, semaphore))
  },
})
