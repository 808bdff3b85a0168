import { always, sometimes } from '../invariant.ts'
import type { RecordLock } from '../../model/state/open-files.ts'

export const conflictingRecordLocksNeverOverlap = always({
  name: 'no two owners hold conflicting record locks on one byte',
  source: 'fcntl(2); fs/locks.c posix_locks_conflict()',
  of: 'inodes',
  offends: (_kernel, { recordLocks }) => recordLocks.length > 1 && hasClash(recordLocks),
  sometimes: sometimes({
    name: 'two owners hold record locks on one file',
    of: 'inodes',
    seen: (_kernel, { recordLocks }) => recordLocks.some((lock) => lock.owner !== recordLocks[0]!.owner),
  }),
})

/** Locks are sorted by start, so that those which overlap one stand right behind it. */
function hasClash(locks: readonly RecordLock[]): boolean {
  return locks.some((lock, index) => {
    for (let next = index + 1; next < locks.length && locks[next]!.start <= lock.end; next++) {
      const other = locks[next]!
      const isOther = other.owner !== lock.owner || other.kind !== lock.kind
      if (isOther && (lock.type === 'F_WRLCK' || other.type === 'F_WRLCK')) return true
    }
    return false
  })
}
