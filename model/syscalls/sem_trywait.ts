import { semaphoreAt } from '../functions/named-semaphores.ts'
import { address } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Take one from the value of a semaphore, if it is not 0.
 * Errors: EAGAIN.
 * Source: sem_wait(3).
 */
export const sem_trywait = defineSyscall({
  name: 'sem_trywait',
  errors: ['EAGAIN'],
  library: true,
  params: { sem: address() },
  source: 'sem_wait(3)',
  rule(kernel, caller, { sem }) {
    const mapping = semaphoreAt(kernel, caller.mm, sem)
    if (mapping === undefined) return { undecided: 'no named semaphore is open at this address' }
    const { object } = mapping
    if (kernel.namedSemaphores.at(object).value === 0) return fails('EAGAIN')
    return succeeds(0, (k) => {
      k.namedSemaphores.edit(object).value--
    })
  },
})
