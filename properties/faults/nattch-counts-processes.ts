import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { mappedSegmentsExist } from '../invariants/mapped-segments-exist.ts'
import { RULES_HOLD_TOGETHER } from '../hold.ts'
import { nattchCountsAttaches } from '../invariants/nattch-counts-attaches.ts'

export const nattchCountsProcesses: Fault = {
  name: 'nattch counts processes, as shmctl(2) words it',
  source: 'shmctl(2); ipc/shm.c shm_open()',
  breaks: [nattchCountsAttaches.name, RULES_HOLD_TOGETHER.name, mappedSegmentsExist.name],
  apply: patchFunctions(({ shmOpen }) => ({
    shmOpen(kernel, segment, pid) {
      const attached = kernel.processes.ids((process) =>
        process.threads.some((tid) => {
          const { mm } = kernel.threads.at(tid)
          return mm !== 0 && kernel.mms.at(mm).mappings.some(({ kind, object }) => kind === 'shm' && object === segment)
        }),
      )
      if (!attached.includes(pid)) shmOpen(kernel, segment, pid)
    },
  })),
}
