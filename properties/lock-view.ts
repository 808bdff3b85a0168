import type { Event } from '../model/event.ts'
import { descriptionOf } from '../model/functions/files.ts'
import type { Kernel } from '../model/kernel.ts'
import type { LockRequest } from '../model/params.ts'
import type { RecordLock } from '../model/state/open-files.ts'
import type { Thread } from '../model/state/threads.ts'

/** A call for a record lock about to take a step, as the properties of locks look at it. */
export interface LockStep {
  readonly tid: number
  readonly form: string
  readonly description: number
  readonly inode: number
  readonly kind: RecordLock['kind']
  readonly owner: number
  readonly type: LockRequest['type']
  /** The bytes asked for, both inclusive; null where they cannot be. */
  readonly range: { readonly start: number; readonly end: number } | null
  /** All record locks of the file before. */
  readonly locks: readonly RecordLock[]
}

/** What the event does for a record lock; undefined when it is no step of such a call, or its descriptor is not open. */
export function lockStepOf(kernel: Kernel, event: Event): LockStep | undefined {
  if (event.kind !== 'internal' || event.move !== 'effect') return undefined
  const thread = kernel.threads.at(event.tid)
  const { call, lockCall, files, tid } = thread
  const form = call?.syscall.form
  if (call?.syscall.name !== 'fcntl' || form === undefined || !form.includes('SETLK')) return undefined
  const { fd, lock } = call.args as { readonly fd: number; readonly lock: LockRequest }
  const slot = kernel.files.at(files).slots[fd] ?? 0
  if (slot === 0 && lockCall === null) return undefined
  // The lock was set in an earlier step: until the call is back, other threads of the owner may have changed it.
  if (lockCall?.state === 'held') return undefined
  const description = lockCall?.description ?? descriptionOf(slot)
  const { inode } = kernel.descriptions.at(description)
  const isOfd = form.startsWith('F_OFD')
  return {
    tid,
    form,
    description,
    inode,
    kind: isOfd ? 'ofd' : 'posix',
    owner: isOfd ? description : files,
    type: lock.type,
    range: lockCall ?? rangeOf(kernel, description, lock),
    locks: kernel.inodes.at(inode).recordLocks,
  }
}

function rangeOf(kernel: Kernel, description: number, { whence, start, length }: LockRequest): LockStep['range'] {
  const { inode, offset } = kernel.descriptions.at(description)
  const base = whence === 'SEEK_SET' ? 0 : whence === 'SEEK_CUR' ? offset : kernel.inodes.at(inode).size
  const first = base + start
  if (first < 0 || first + Math.min(length, 0) < 0) return null
  if (length === 0) return { start: first, end: Infinity }
  return length > 0 ? { start: first, end: first + length - 1 } : { start: first + length, end: first - 1 }
}

/** Whether the lock is of the caller of that step. */
export const isOwn = ({ kind, owner }: Pick<LockStep, 'kind' | 'owner'>, lock: RecordLock): boolean =>
  lock.kind === kind && lock.owner === owner

/** The type of lock that the owner has on one byte. */
export const typeAt = (
  locks: readonly RecordLock[],
  step: Pick<LockStep, 'kind' | 'owner'>,
  byte: number,
): LockRequest['type'] =>
  locks.find((lock) => isOwn(step, lock) && lock.start <= byte && byte <= lock.end)?.type ?? 'F_UNLCK'

/** Locks of others that the request cannot be beside. */
export function locksInTheWay(step: LockStep): readonly RecordLock[] {
  const { range, type, locks } = step
  if (range === null) return []
  return locks.filter(
    (lock) =>
      !isOwn(step, lock) &&
      lock.start <= range.end &&
      range.start <= lock.end &&
      (lock.type === 'F_WRLCK' || type === 'F_WRLCK'),
  )
}

/** The owner that each sleeping thread of an owner waits for. */
export function awaitedBy(kernel: Kernel, { kind, owner }: Pick<RecordLock, 'kind' | 'owner'>): readonly RecordLock[] {
  return kernel.threads
    .rows()
    .filter((thread) => thread.lockCall?.behind != null && isWaiterOf(thread, kind, owner))
    .map((thread) => thread.lockCall!.behind!)
}

function isWaiterOf({ call, files, lockCall }: Readonly<Thread>, kind: RecordLock['kind'], owner: number): boolean {
  const isOfd = call!.syscall.form!.startsWith('F_OFD')
  return kind === (isOfd ? 'ofd' : 'posix') && owner === (isOfd ? lockCall!.description : files)
}
