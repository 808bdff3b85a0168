import { IPC_PRIVATE } from '../../model/state/ipc.ts'
import { always, sometimes } from '../invariant.ts'

export const markedSegmentsHaveNoKey = always({
  name: 'a segment that is marked for destruction has lost its key',
  source: 'shmctl(2) IPC_RMID; ipc/shm.c do_shm_rmid()',
  of: 'shms',
  offends: (_kernel, { state, key }) => state === 'marked' && key !== IPC_PRIVATE,
  sometimes: sometimes({
    name: 'a segment with a key is attached, so that IPC_RMID would mark it',
    of: 'shms',
    seen: (_kernel, { state, key }) => state === 'live.attached' && key !== IPC_PRIVATE,
  }),
})
