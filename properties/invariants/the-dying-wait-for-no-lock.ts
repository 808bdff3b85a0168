import { always, sometimes } from '../invariant.ts'

export const theDyingWaitForNoLock = always({
  name: 'a thread that exits has no request for a lock left',
  source: 'fcntl(2); fs/locks.c locks_delete_block()',
  of: 'threads',
  offends: (_kernel, { state, lockCall }) =>
    lockCall !== null && (state === 'dead' || state === 'running' || state.startsWith('exiting')),
  sometimes: sometimes({
    name: 'a call for a lock holds its file',
    of: 'threads',
    seen: (_kernel, { lockCall }) => lockCall !== null,
  }),
})
