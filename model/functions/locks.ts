import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { recordLockChart, type RecordLockEvent } from '../lifecycle/record-lock.ts'
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

/** Every lock of an inode is held: a step of its life that has no arrow throws. */
export const moveHeld = (event: RecordLockEvent): void => void advance(recordLockChart, 'held', event)

/** A request that meets no conflict takes effect. Source: fs/locks.c posix_lock_inode(). */
export function grantRecordLock(kernel: Kernel, inode: number, request: RecordLockRequest): void {
  const { recordLocks } = kernel.inodes.at(inode)
  changeOwn(kernel, recordLocks, request)
  kernel.fn.setRecordLocks(kernel, inode, kernel.fn.withRangeSet(kernel, recordLocks, request))
}

/**
 * What a request does to the locks that its owner has there: the first that it joins becomes what it asks for, others
 * are absorbed by that. Source: fs/locks.c posix_lock_inode().
 */
function changeOwn({ fn }: Kernel, locks: readonly RecordLock[], request: RecordLockRequest): void {
  let joined = false
  for (const lock of locks) {
    const isNear = lock.start <= request.end + 1 && request.start <= lock.end + 1
    if (!isNear || !fn.isSameLockOwner(lock, request)) continue
    if (lock.type !== request.type && !fn.locksOverlap(lock, request)) continue
    const isCovered = request.start <= lock.start && lock.end <= request.end
    if (request.type === 'F_UNLCK') {
      moveHeld(isCovered ? 'UNLOCK' : 'REPLACE')
    } else {
      const joins = isCovered || lock.type === request.type
      moveHeld(joins && joined ? 'MERGE' : 'REPLACE')
      joined ||= joins
    }
  }
}

/** Another thread closed the descriptor while a call for a POSIX lock was under way. Source: fs/locks.c fcntl_setlk(). */
export function wasClosedMeanwhile(kernel: Kernel, caller: Readonly<Thread>, fd: number, description: number): boolean {
  const slot = kernel.fn.slotOf(kernel, caller, fd)
  return slot === 0 || descriptionOf(slot) !== description
}

/** All POSIX locks of a descriptor table on an inode go. Source: fcntl(2); fs/locks.c locks_remove_posix(). */
export function locksRemovePosix(kernel: Kernel, files: number, inode: number): void {
  const { recordLocks } = kernel.inodes.at(inode)
  loseLocks(kernel, inode, recordLocks, { kind: 'posix', owner: files })
}

/** The flock and OFD locks of an open file description go. Source: flock(2), fcntl(2); fs/locks.c locks_remove_file(). */
export function locksRemoveFile(kernel: Kernel, description: number): void {
  kernel.fn.removeFlock(kernel, description, 'CLOSE')
  const { inode } = kernel.descriptions.at(description)
  const { recordLocks } = kernel.inodes.at(inode)
  loseLocks(kernel, inode, recordLocks, { kind: 'ofd', owner: description })
}

function loseLocks(
  kernel: Kernel,
  inode: number,
  locks: readonly RecordLock[],
  { kind, owner }: Pick<RecordLock, 'kind' | 'owner'>,
): void {
  const kept = locks.filter((lock) => lock.kind !== kind || lock.owner !== owner)
  if (kept.length === locks.length) return
  moveHeld('CLOSE')
  kernel.fn.setRecordLocks(kernel, inode, kept)
}
