import type { Kernel } from '../kernel.ts'
import type { LockRequest } from '../params.ts'
import type { AccessMode, OpenFileDescription, RecordLock } from '../state/open-files.ts'

/** Bytes of a file, both ends inclusive; an end of Infinity is "to the end of all offsets". */
export interface LockRange {
  readonly start: number
  readonly end: number
}

/** What an owner asks for: a lock on a range, or with F_UNLCK none. */
export interface RecordLockRequest extends LockRange {
  readonly kind: RecordLock['kind']
  readonly owner: number
  readonly pid: number
  readonly type: LockRequest['type']
}

/** What a double makes of the largest offset, 2^63 - 1. */
const OFFSET_MAX = 2 ** 63

/**
 * The range of a struct flock, from where the file's offset or size is now. A length of 0 reaches to the end of all
 * offsets, a negative one backwards from `start`. Undefined: offsets that a double cannot tell apart, or a file whose
 * offset and size the model does not follow.
 *
 * Errors: EINVAL, it begins before the file; EOVERFLOW, it ends beyond the largest offset.
 * Source: fcntl(2); fs/locks.c flock64_to_posix_lock().
 */
export function flockToPosixLock(
  kernel: Kernel,
  description: Readonly<OpenFileDescription>,
  { whence, start, length }: Omit<LockRequest, 'type'>,
): LockRange | 'EINVAL' | 'EOVERFLOW' | undefined {
  const inode = kernel.inodes.at(description.inode)
  if (whence !== 'SEEK_SET' && inode.kind !== 'regular') return undefined
  const base = whence === 'SEEK_SET' ? 0 : whence === 'SEEK_CUR' ? description.offset : inode.size
  if (start >= OFFSET_MAX && base > 0) return 'EOVERFLOW'
  const first = base + start
  if (first < 0 || (length < 0 && first + length < 0)) return 'EINVAL'
  if (length > 0 && first + (length - 1) > OFFSET_MAX) return 'EOVERFLOW'
  const range =
    length > 0
      ? { start: first, end: first + length - 1 }
      : { start: first + length, end: length === 0 ? Infinity : first - 1 }
  if (range.start >= OFFSET_MAX && length > 1) return 'EOVERFLOW'
  const isExact = range.start < Number.MAX_SAFE_INTEGER && (length === 0 || range.end < Number.MAX_SAFE_INTEGER)
  return isExact ? range : undefined
}

/** A read lock needs a description open for reading, a write lock one open for writing. Source: fs/locks.c check_fmode_for_setlk(). */
export function isModeForLock(access: AccessMode, type: LockRequest['type']): boolean {
  if (type === 'F_UNLCK' || access === 'O_RDWR') return true
  return access === (type === 'F_RDLCK' ? 'O_RDONLY' : 'O_WRONLY')
}

/** Source: fs/locks.c locks_overlap(). */
export function locksOverlap(a: LockRange, b: LockRange): boolean {
  return a.start <= b.end && b.start <= a.end
}

/** A table and an open file description are never the same owner, whatever their ids. Source: fs/locks.c posix_same_owner(). */
export function isSameLockOwner(a: Owned, b: Owned): boolean {
  return a.kind === b.kind && a.owner === b.owner
}

type Owned = Pick<RecordLock, 'kind' | 'owner'>

/** Source: fcntl(2); fs/locks.c locks_conflict(). */
export function lockTypesConflict(a: LockRequest['type'], b: LockRequest['type']): boolean {
  return a === 'F_WRLCK' || b === 'F_WRLCK'
}

/** The locks of others that stand in the way. Source: fs/locks.c posix_locks_conflict(). */
export function conflictingLocks(
  kernel: Kernel,
  locks: readonly RecordLock[],
  request: RecordLockRequest,
): readonly RecordLock[] {
  const { locksOverlap, isSameLockOwner, lockTypesConflict } = kernel.fn
  return locks.filter(
    (lock) =>
      locksOverlap(lock, request) && lockTypesConflict(lock.type, request.type) && !isSameLockOwner(lock, request),
  )
}

/**
 * The locks of an inode after a request has been granted: exactly its range has the new type, or is free. Locks of the
 * owner that reach beyond it are split, those of one type that touch are merged. Source: fs/locks.c posix_lock_inode().
 */
export function withRangeSet(
  kernel: Kernel,
  locks: readonly RecordLock[],
  request: RecordLockRequest,
): readonly RecordLock[] {
  const { isSameLockOwner } = kernel.fn
  const isNear = (lock: RecordLock) =>
    isSameLockOwner(lock, request) && lock.start <= request.end + 1 && request.start <= lock.end + 1
  const near = locks.filter(isNear)
  const pieces = near.flatMap((lock) => kernel.fn.piecesOutside(lock, request))
  const changed = request.type === 'F_UNLCK' ? pieces : kernel.fn.mergedWith(pieces, grantedLock(near, request))
  const kept = near.length === 0 ? locks : locks.filter((lock) => !near.includes(lock))
  return inOrder(kept, changed)
}

/** What a change of a range leaves of a lock. */
export function piecesOutside(lock: RecordLock, range: LockRange): readonly RecordLock[] {
  const pieces: RecordLock[] = []
  if (lock.start < range.start) pieces.push({ ...lock, end: Math.min(lock.end, range.start - 1) })
  if (lock.end > range.end) pieces.push({ ...lock, start: Math.max(lock.start, range.end + 1) })
  return pieces
}

/** The new lock, grown over the pieces beside it that are of its type. */
export function mergedWith(pieces: readonly RecordLock[], lock: RecordLock): readonly RecordLock[] {
  const touches = (piece: RecordLock) =>
    piece.type === lock.type && piece.start <= lock.end + 1 && lock.start <= piece.end + 1
  const touching = pieces.filter(touches)
  const merged = {
    ...lock,
    start: Math.min(lock.start, ...touching.map(({ start }) => start)),
    end: Math.max(lock.end, ...touching.map(({ end }) => end)),
  }
  return [...pieces.filter((piece) => !touches(piece)), merged]
}

/**
 * The lock that a request becomes. Where it grows out of an older one, the first of the owner's locks there that is of
 * the same type or is covered whole, it keeps that one's l_pid. Source: fs/locks.c posix_lock_inode().
 */
function grantedLock(near: readonly RecordLock[], request: RecordLockRequest): RecordLock {
  const { kind, owner, start, end } = request
  const type = request.type as RecordLock['type']
  const base = near.find((lock) => lock.type === type || (lock.start >= start && lock.end <= end))
  return { kind, owner, pid: base?.type === type ? base.pid : request.pid, type, start, end }
}

/** Two lists as one in the canonical order, the first being in that order already. */
function inOrder(sorted: readonly RecordLock[], others: readonly RecordLock[]): readonly RecordLock[] {
  const all = [...sorted]
  for (const lock of others) {
    let at = all.length
    while (at > 0 && compareLocks(all[at - 1]!, lock) > 0) at--
    all.splice(at, 0, lock)
  }
  return all
}

const compareLocks = (a: RecordLock, b: RecordLock): number =>
  a.start - b.start || a.owner - b.owner || (a.kind === b.kind ? 0 : a.kind < b.kind ? -1 : 1)
