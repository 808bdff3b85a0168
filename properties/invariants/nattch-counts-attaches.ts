import type { Kernel } from '../../model/kernel.ts'
import { always, sometimes } from '../invariant.ts'

/** Mappings of a segment in all address spaces. */
function attaches(kernel: Kernel, segment: number): number {
  let count = 0
  kernel.mms.forEach(({ mappings }) => {
    for (const { kind, object } of mappings) if (kind === 'shm' && object === segment) count++
  })
  return count
}

export const nattchCountsAttaches = always({
  name: 'nattch is the number of mappings of a segment',
  source: 'shmat(2), fork(2); ipc/shm.c shm_open(), shm_close()',
  of: 'shms',
  offends: (kernel, { nattch }, id) => nattch !== attaches(kernel, id),
  sometimes: sometimes({
    name: 'a segment is attached three times or more',
    of: 'shms',
    seen: (_kernel, { nattch }) => nattch >= 3,
  }),
})
