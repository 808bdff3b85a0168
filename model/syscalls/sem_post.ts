import { SEM_VALUE_MAX, semaphoreAt } from '../functions/named-semaphores.ts'
import { address } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Add one to the value of a semaphore, whoever took it.
 * Errors: EOVERFLOW, at SEM_VALUE_MAX.
 * Source: sem_post(3).
 */
export const sem_post = defineSyscall({
  name: 'sem_post',
  errors: ['EOVERFLOW'],
  library: true,
  params: { sem: address() },
  source: 'sem_post(3)',
  rule(kernel, caller, { sem }) {
    const mapping = semaphoreAt(kernel, caller.mm, sem)
    if (mapping === undefined) return { undecided: 'no named semaphore is open at this address' }
    const { object } = mapping
    if (kernel.namedSemaphores.at(object).value >= SEM_VALUE_MAX) return fails('EOVERFLOW')
    return succeeds(0, (k) => {
      k.namedSemaphores.edit(object).value++
    })
  },
})
