import { always, sometimes } from '../invariant.ts'
import type { RecordLock } from '../../model/state/open-files.ts'

export const recordLocksOfAnOwnerAreMerged = always({
  name: 'the record locks of one owner are disjoint, and those of one type do not touch',
  source: 'fcntl(2) "F_SETLK"; fs/locks.c posix_lock_inode()',
  of: 'inodes',
  offends: (_kernel, { recordLocks }) => recordLocks.length > 0 && !areMerged(recordLocks),
  sometimes: sometimes({
    name: 'one owner holds two record locks of one file',
    of: 'inodes',
    seen: (_kernel, { recordLocks }) =>
      recordLocks.length > 1 && new Set(recordLocks.map(ownerOf)).size < recordLocks.length,
  }),
})

const ownerOf = ({ kind, owner }: RecordLock): string => `${kind} ${owner}`

function areMerged(locks: readonly RecordLock[]): boolean {
  const last = new Map<string, RecordLock>()
  return locks.every((lock) => {
    const before = last.get(ownerOf(lock))
    last.set(ownerOf(lock), lock)
    if (lock.start > lock.end) return false
    if (before === undefined) return true
    return before.type === lock.type ? before.end + 1 < lock.start : before.end < lock.start
  })
}
