import { patchFunctions } from '../../model/rules.ts'
import { isExiting } from '../../model/functions/signals.ts'
import type { Fault } from '../fault.ts'
import { deathLeavesNamedSemaphoresAlone } from '../invariants/death-leaves-named-semaphores-alone.ts'

export const namedSemaphorePostedAtDeath: Fault = {
  name: 'a process that dies posts the named semaphores that it has open and that stand at 0',
  source: 'sem_overview(7): unlike System V semaphores they have no undo',
  breaks: [deathLeavesNamedSemaphoresAlone.name],
  apply: patchFunctions((fn) => ({
    unmap(kernel, tid, mapping) {
      const posts = mapping.kind === 'semaphore' && isExiting(kernel.threads.at(tid))
      if (posts && kernel.namedSemaphores.at(mapping.object).value === 0)
        kernel.namedSemaphores.edit(mapping.object).value++
      fn.unmap(kernel, tid, mapping)
    },
  })),
}
