import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { namedSemaphoresCountTheirMappings } from '../invariants/named-semaphores-count-their-mappings.ts'
import { sharedMemoryEndsWithItsLastMapping } from '../invariants/shared-memory-ends-with-its-last-mapping.ts'

export const exitForgetsWhatWasMapped: Fault = {
  name: 'the end of an address space does not let go of what was mapped in it',
  source: 'mm/mmap.c exit_mmap(), remove_vma()',
  breaks: [namedSemaphoresCountTheirMappings.name, sharedMemoryEndsWithItsLastMapping.name],
  apply: patchFunctions((fn) => ({
    dropMm(kernel, tid) {
      const { mm } = kernel.threads.at(tid)
      if (mm !== 0 && kernel.mms.at(mm).users === 1) kernel.mms.edit(mm).mappings = []
      return fn.dropMm(kernel, tid)
    },
  })),
}
