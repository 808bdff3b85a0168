import { always, sometimes } from '../invariant.ts'

export const mappedSegmentsExist = always({
  name: 'a segment exists while it is attached anywhere',
  source: 'shmctl(2) IPC_RMID; ipc/shm.c shm_may_destroy()',
  of: 'mms',
  offends: (kernel, { mappings }) => mappings.some(({ kind, object }) => kind === 'shm' && !kernel.shms.has(object)),
  sometimes: sometimes({
    name: 'a segment is attached by a process that did not make it',
    of: 'shms',
    seen: (_kernel, { nattch, lpid, cpid }) => nattch > 0 && lpid !== cpid,
  }),
})
