import type { Kernel } from '../../model/kernel.ts'
import { always, sometimes } from '../invariant.ts'

export const namedSemaphoresCountTheirMappings = always({
  name: 'a named semaphore has as many users as mappings, and without a name at least one',
  source: 'sem_close(3), sem_unlink(3)',
  of: 'namedSemaphores',
  offends: (kernel, { users, state }, id) => users !== mappingsOf(kernel, id) || (state === 'unlinked' && users === 0),
  sometimes: sometimes({
    name: 'two processes have a named semaphore open',
    of: 'namedSemaphores',
    seen: (_kernel, { users }) => users > 1,
  }),
})

function mappingsOf(kernel: Kernel, semaphore: number): number {
  let count = 0
  kernel.mms.forEach(({ mappings }) => {
    count += mappings.filter(({ kind, object }) => kind === 'semaphore' && object === semaphore).length
  })
  return count
}
