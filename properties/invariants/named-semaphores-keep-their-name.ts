import { semaphoreName } from '../../model/functions/named-semaphores.ts'
import { eachStep } from '../invariant.ts'

export const namedSemaphoresKeepTheirName = eachStep({
  name: 'a named semaphore keeps its name, and is there, until sem_unlink',
  source: 'sem_overview(7), sem_close(3)',
  on: ['effect', 'work', 'die', 'exec', 'exit'],
  effectsOf: ({ name }) => name !== 'sem_unlink',
  before(kernel) {
    if (kernel.namedSemaphores.size === 0) return undefined
    const named = kernel.namedSemaphores.ids(({ state }) => state !== 'unlinked')
    return named.map((id) => ({ id, name: kernel.namedSemaphores.at(id).name }))
  },
  after(kernel, _event, named) {
    const lost = named.find(
      ({ id, name }) => kernel.names.get(semaphoreName(name)) !== id || !kernel.namedSemaphores.has(id),
    )
    return lost && `${lost.name} is gone`
  },
})
