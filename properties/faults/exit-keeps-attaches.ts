import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { nattchCountsAttaches } from '../invariants/nattch-counts-attaches.ts'

export const exitKeepsAttaches: Fault = {
  name: 'exit detaches no shared memory',
  source: 'shmop(2); ipc/shm.c shm_close()',
  breaks: [nattchCountsAttaches.name],
  apply: patchFunctions(({ unmap }) => ({
    unmap(kernel, tid, mapping) {
      const dying = kernel.threads.at(tid).state === 'exiting.mm'
      if (!dying || mapping.kind !== 'shm') unmap(kernel, tid, mapping)
    },
  })),
}
