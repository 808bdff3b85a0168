import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { deathLeavesNamedSemaphoresAlone } from '../invariants/death-leaves-named-semaphores-alone.ts'
import { namedSemaphoresKeepTheirName } from '../invariants/named-semaphores-keep-their-name.ts'

export const namedSemaphoreUnlinkedAtItsLastClose: Fault = {
  name: 'the last close of a named semaphore unlinks it',
  source: 'sem_overview(7): POSIX named semaphores have kernel persistence',
  breaks: [namedSemaphoresKeepTheirName.name, deathLeavesNamedSemaphoresAlone.name],
  apply: patchFunctions((fn) => ({
    semaphorePut(kernel, semaphore) {
      fn.semaphorePut(kernel, semaphore)
      const row = kernel.namedSemaphores.get(semaphore)
      if (row?.users === 0) fn.semaphoreUnlink(kernel, semaphore)
    },
  })),
}
