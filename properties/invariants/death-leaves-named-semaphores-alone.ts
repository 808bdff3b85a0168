import { eachStep } from '../invariant.ts'

export const deathLeavesNamedSemaphoresAlone = eachStep({
  name: 'exit and exec leave the value and the name of every named semaphore as they are',
  source: 'sem_overview(7): POSIX semaphores have no owner',
  on: ['die', 'exec', 'exit'],
  before(kernel) {
    if (kernel.namedSemaphores.size === 0) return undefined
    return kernel.namedSemaphores.ids().map((id) => {
      const { value, state } = kernel.namedSemaphores.at(id)
      return { id, value, linked: state !== 'unlinked' }
    })
  },
  after(kernel, _event, semaphores) {
    for (const { id, value, linked } of semaphores) {
      const row = kernel.namedSemaphores.get(id)
      if (row === undefined ? linked : row.value !== value || (row.state !== 'unlinked') !== linked)
        return `named semaphore ${id}`
    }
    return undefined
  },
})
