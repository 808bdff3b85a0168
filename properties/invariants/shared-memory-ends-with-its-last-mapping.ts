import type { Kernel } from '../../model/kernel.ts'
import { always, sometimes } from '../invariant.ts'

export const sharedMemoryEndsWithItsLastMapping = always({
  name: 'shared anonymous memory has as many users as mappings, and at least one',
  source: 'mmap(2) MAP_ANONYMOUS; mm/shmem.c shmem_zero_setup()',
  of: 'sharedMemory',
  offends: (kernel, { users }, id) => users === 0 || users !== mappingsOf(kernel, id),
  sometimes: sometimes({
    name: 'two processes share anonymous memory',
    of: 'sharedMemory',
    seen: (_kernel, { users }) => users > 1,
  }),
})

function mappingsOf(kernel: Kernel, memory: number): number {
  let count = 0
  kernel.mms.forEach(({ mappings }) => {
    count += mappings.filter(({ kind, object }) => kind === 'shared-anonymous' && object === memory).length
  })
  return count
}
