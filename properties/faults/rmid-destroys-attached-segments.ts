import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { RULES_HOLD_TOGETHER } from '../hold.ts'
import { mappedSegmentsExist } from '../invariants/mapped-segments-exist.ts'

export const rmidDestroysAttachedSegments: Fault = {
  name: 'IPC_RMID destroys a segment although it is attached',
  source: 'shmctl(2); ipc/shm.c do_shm_rmid()',
  breaks: [mappedSegmentsExist.name, RULES_HOLD_TOGETHER.name],
  apply: patchFunctions(({ removeSegment }) => ({
    removeSegment(kernel, segment) {
      removeSegment(kernel, segment)
      if (kernel.shms.has(segment)) kernel.shms.remove(segment)
    },
  })),
}
