import type { Kernel } from '../kernel.ts'
import type { RecordLock } from '../state/open-files.ts'
import type { Thread } from '../state/threads.ts'
import { descriptionOf } from './files.ts'
import type { RecordLockRequest } from './record-ranges.ts'

/** The record locks of an inode are now these. */
export function setRecordLocks(kernel: Kernel, inode: number, locks: readonly RecordLock[]): void {
  const row = kernel.inodes.edit(inode)
  row.recordLocks = locks
  if (row.lockWaiters.length > 0) kernel.fn.locksWakeUpBlocks(kernel, inode)
}

/** A request that meets no conflict takes effect. Source: fs/locks.c posix_lock_inode(). */
export function grantRecordLock(kernel: Kernel, inode: number, request: RecordLockRequest): void {
  const { recordLocks } = kernel.inodes.at(inode)
  kernel.fn.setRecordLocks(kernel, inode, kernel.fn.withRangeSet(kernel, recordLocks, request))
}

/** Another thread closed the descriptor while a call for a POSIX lock was under way. Source: fs/locks.c fcntl_setlk(). */
export function wasClosedMeanwhile(kernel: Kernel, caller: Readonly<Thread>, fd: number, description: number): boolean {
  const slot = kernel.fn.slotOf(kernel, caller, fd)
  return slot === 0 || descriptionOf(slot) !== description
}

/** All POSIX locks of a descriptor table on an inode go. Source: fcntl(2); fs/locks.c locks_remove_posix(). */
export function locksRemovePosix(kernel: Kernel, files: number, inode: number): void {
  const { recordLocks } = kernel.inodes.at(inode)
  const kept = recordLocks.filter((lock) => lock.kind !== 'posix' || lock.owner !== files)
  if (kept.length !== recordLocks.length) kernel.fn.setRecordLocks(kernel, inode, kept)
}

/** The flock and OFD locks of an open file description go. Source: flock(2), fcntl(2); fs/locks.c locks_remove_file(). */
export function locksRemoveFile(kernel: Kernel, description: number): void {
  kernel.fn.removeFlock(kernel, description)
  const { inode } = kernel.descriptions.at(description)
  const { recordLocks } = kernel.inodes.at(inode)
  const kept = recordLocks.filter((lock) => lock.kind !== 'ofd' || lock.owner !== description)
  if (kept.length !== recordLocks.length) kernel.fn.setRecordLocks(kernel, inode, kept)
}
