import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { markedSegmentsAreAttached } from '../invariants/marked-segments-are-attached.ts'

export const markedSegmentsStay: Fault = {
  name: 'a segment marked for destruction stays after its last detach',
  source: 'shmctl(2); ipc/shm.c shm_may_destroy(); commit fc0c8f9089c2',
  breaks: [markedSegmentsAreAttached.name],
  apply: patchFunctions(({ shmClose }) => ({
    shmClose(kernel, segment, pid) {
      const { state, nattch } = kernel.shms.at(segment)
      if (state === 'marked' && nattch === 1) kernel.shms.edit(segment).nattch = 0
      else shmClose(kernel, segment, pid)
    },
  })),
}
