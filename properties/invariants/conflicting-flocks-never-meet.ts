import { always, sometimes } from '../invariant.ts'

export const conflictingFlocksNeverMeet = always({
  name: 'no two open file descriptions hold conflicting flocks of one file, and none holds two',
  source: 'flock(2); fs/locks.c flock_locks_conflict()',
  of: 'inodes',
  offends: (_kernel, { flocks }) =>
    flocks.length > 1 &&
    (flocks.some(({ type }) => type === 'LOCK_EX') || new Set(flocks.map(({ owner }) => owner)).size < flocks.length),
  sometimes: sometimes({
    name: 'two open file descriptions share a flock',
    of: 'inodes',
    seen: (_kernel, { flocks }) => flocks.length > 1,
  }),
})
