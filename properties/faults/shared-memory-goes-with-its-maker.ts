import { isExiting } from '../../model/functions/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { whatIsMappedIsThere } from '../invariants/what-is-mapped-is-there.ts'

export const sharedMemoryGoesWithItsMaker: Fault = {
  name: 'shared anonymous memory goes with the process that made it, although others map it',
  source: 'mmap(2) MAP_SHARED|MAP_ANONYMOUS; mm/shmem.c shmem_zero_setup()',
  breaks: [whatIsMappedIsThere.name],
  // Whoever maps it is touched, so that the loss is seen before somebody trips over it.
  apply: patchFunctions((fn) => ({
    unmap(kernel, tid, mapping) {
      const { object, kind } = mapping
      if (kind !== 'shared-anonymous') {
        fn.unmap(kernel, tid, mapping)
        return
      }
      if (!kernel.sharedMemory.has(object)) return
      const thread = kernel.threads.at(tid)
      if (object >>> kernel.sharedMemory.shift === thread.pid && isExiting(thread)) {
        kernel.sharedMemory.remove(object)
        const mappers = kernel.mms.ids(({ mappings }) =>
          mappings.some((other) => other.kind === kind && other.object === object),
        )
        for (const mm of mappers) kernel.touch(kernel.mms.key(mm))
      } else {
        fn.unmap(kernel, tid, mapping)
      }
    },
  })),
}
