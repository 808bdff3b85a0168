import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { nattchCountsAttaches } from '../invariants/nattch-counts-attaches.ts'

export const nattchNotRaisedByFork: Fault = {
  name: 'fork does not count the first attach that the child inherits',
  source: 'fork(2); ipc/shm.c shm_open(), kernel/fork.c dup_mmap()',
  breaks: [nattchCountsAttaches.name],
  apply: patchFunctions(({ copyMm }) => ({
    copyMm(kernel, caller, child, share) {
      const mm = copyMm(kernel, caller, child, share)
      const attach = share ? undefined : kernel.mms.at(mm).mappings.find(({ kind }) => kind === 'shm')
      if (attach !== undefined) kernel.shms.edit(attach.object).nattch--
      return mm
    },
  })),
}
