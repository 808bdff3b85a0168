import { semaphoreAt } from '../functions/named-semaphores.ts'
import { address } from '../params.ts'
import { blocksOn, defineSyscall, succeeds } from '../syscall.ts'

/**
 * Take one from the value of a semaphore; blocks while it is 0. Any waiter, or newcomer, may get what is posted. Nothing
 * remembers who took it: a process that dies keeps it for ever.
 * Errors: EINTR.
 * Source: sem_wait(3), sem_overview(7); glibc nptl/sem_wait.c.
 */
export const sem_wait = defineSyscall({
  name: 'sem_wait',
  library: true,
  params: { sem: address() },
  interrupted: 'ERESTARTSYS',
  // What was posted may have woken another.
  interruptedWhenReady: () => true,
  source: 'sem_wait(3)',
  rule(kernel, caller, { sem }) {
    const mapping = semaphoreAt(kernel, caller.mm, sem)
    if (mapping === undefined) return { undecided: 'no named semaphore is open at this address' }
    const { object } = mapping
    if (kernel.namedSemaphores.at(object).value === 0) return blocksOn(kernel.namedSemaphores.key(object))
    return succeeds(0, (k) => {
      k.namedSemaphores.edit(object).value--
    })
  },
})
