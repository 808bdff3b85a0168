import { always, sometimes } from '../invariant.ts'

export const markedSegmentsAreAttached = always({
  name: 'a segment that is marked for destruction goes with its last attach',
  source: 'shmctl(2) IPC_RMID; ipc/shm.c shm_may_destroy()',
  of: 'shms',
  offends: (_kernel, { state, nattch }) => state === 'destroyed' || (state === 'marked' && nattch === 0),
  sometimes: sometimes({
    name: 'a segment is marked for destruction while attached more than once',
    of: 'shms',
    seen: (_kernel, { state, nattch }) => state === 'marked' && nattch > 1,
  }),
})
