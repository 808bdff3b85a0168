import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { markedSegmentsHaveNoKey } from '../invariants/marked-segments-have-no-key.ts'

export const rmidKeepsTheKey: Fault = {
  name: 'a segment marked for destruction keeps its key',
  source: 'shmctl(2); ipc/shm.c do_shm_rmid()',
  breaks: [markedSegmentsHaveNoKey.name],
  apply: patchFunctions(({ removeSegment }) => ({
    removeSegment(kernel, segment) {
      const { key } = kernel.shms.at(segment)
      removeSegment(kernel, segment)
      if (kernel.shms.has(segment)) kernel.shms.edit(segment).key = key
    },
  })),
}
