import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { recordLockChart, type RecordLockEvent } from '../lifecycle/record-lock.ts'
import type { LockRequest } from '../params.ts'
import type { LockCall } from '../state/lock-call.ts'
import type { RecordLock } from '../state/open-files.ts'
import type { Thread } from '../state/threads.ts'
import { isRestartCode, type Call, type Outcome } from '../syscall.ts'
import { descriptionOf } from './files.ts'
import type { LockRange, RecordLockRequest } from './record-ranges.ts'

/** The open file description that a call for a lock works on; undefined where it gets EBADF: closed, or O_PATH. */
export function lockableFile(kernel: Kernel, caller: Readonly<Thread>, fd: number): number | undefined {
  const slot = kernel.fn.slotOf(kernel, caller, fd)
  if (slot === 0 || kernel.descriptions.at(descriptionOf(slot)).access === 'O_PATH') return undefined
  return descriptionOf(slot)
}

/**
 * Somebody else asleep for a lock on the same file. Requests queue under requests, so the release of a lock need not
 * wake everybody who could have one now. Source: fs/locks.c __locks_insert_block(), __locks_wake_up_blocks().
 */
export function hasOtherLockSleepers(kernel: Kernel, { tid, lockCall }: Readonly<Thread>): boolean {
  if (lockCall === null) return false
  const inodeOf = (description: number) => kernel.descriptions.at(description).inode
  const inode = inodeOf(lockCall.description)
  return kernel.threads
    .rows()
    .some((other) => other.tid !== tid && other.lockCall !== null && inodeOf(other.lockCall.description) === inode)
}

/** Other threads may change the table during a call, whose file must then be held. Source: fs/file.c fdget(). */
export function isTableShared(kernel: Kernel, caller: Readonly<Thread>): boolean {
  return kernel.files.at(caller.files).users > 1
}

/** The call has found its file, which it holds from now on. Source: fs/file.c fdget(). */
export function beginLockCall(kernel: Kernel, tid: number, description: number, range: LockRange): void {
  kernel.fn.getFile(kernel, description)
  kernel.threads.edit(tid).lockCall = {
    description,
    state: recordLockChart.initial,
    start: range.start,
    end: range.end,
    behind: null,
    counted: false,
    mayMove: false,
  }
}

/** The call is over, whatever came of it: it leaves the queue and lets go of its file. */
export function endLockCall(kernel: Kernel, tid: number): void {
  const event = endOfRequest(kernel.threads.at(tid))
  if (event !== undefined) advance(recordLockChart, kernel.threads.at(tid).lockCall!.state, event)
  kernel.fn.locksDeleteBlock(kernel, tid)
  const { description } = kernel.threads.at(tid).lockCall!
  kernel.threads.edit(tid).lockCall = null
  kernel.fn.fput(kernel, tid, description)
}

/** What became of a request, by what its call returns; undefined of one that is granted already, and where no lock was asked for. */
function endOfRequest({ state, result, call, lockCall }: Readonly<Thread>): RecordLockEvent | undefined {
  if (lockCall!.state === 'held' || call === null || !asksForLock(call)) return undefined
  if (state !== 'returning' || result === 'EINTR' || isRestartCode(result!)) return 'CANCEL'
  return typeof result === 'number' ? 'GRANT' : 'REFUSE'
}

function asksForLock({ syscall: { form }, args }: Call): boolean {
  if (form === undefined) return !(args.operation as ReadonlySet<string>).has('LOCK_UN')
  return form.includes('SETLK') && (args.lock as LockRequest).type !== 'F_UNLCK'
}

/** A call for a flock sleeps until nobody's lock conflicts. Source: fs/locks.c flock_lock_inode(). */
export function sleepForFlock(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.edit(tid)
  const call = thread.lockCall!
  thread.slept = true
  thread.lockCall = { ...call, state: advance(recordLockChart, call.state, 'BLOCK') }
}

/** Whose a lock will be, and the l_pid that it shows. Source: fcntl(2); fs/locks.c flock64_to_posix_lock(), fcntl_setlk(). */
export function lockOwner(
  thread: Readonly<Thread>,
  description: number,
  kind: RecordLock['kind'],
): Pick<RecordLock, 'kind' | 'owner' | 'pid'> {
  return kind === 'ofd' ? { kind, owner: description, pid: -1 } : { kind, owner: thread.files, pid: thread.pid }
}

/** What a thread in a call for a record lock asks for. */
export function requestOf(kernel: Kernel, thread: Readonly<Thread>, call: LockCall): RecordLockRequest {
  const { syscall, args } = thread.call!
  const kind = syscall.form!.startsWith('F_OFD') ? 'ofd' : 'posix'
  const { type } = args.lock as LockRequest
  return { ...kernel.fn.lockOwner(thread, call.description, kind), type, start: call.start, end: call.end }
}

/**
 * What may become of a request that has to wait. It is queued behind one conflicting lock, the first in a list whose
 * order is not kept here: so behind the first of any owner. Only the wait for that one is looked at for a deadlock, but
 * not where the request was queued under the one that was granted: it moves behind the new lock without a new try.
 * Source: fs/locks.c posix_lock_inode(), __locks_insert_block(), locks_move_blocks().
 */
export function blockRequest(
  kernel: Kernel,
  caller: Readonly<Thread>,
  description: number,
  request: RecordLockRequest,
  conflicts: readonly RecordLock[],
): readonly Outcome[] {
  const { tid } = caller
  const { start, end } = request
  const outcomes: Outcome[] = []
  let deadlock = false
  for (const behind of firstOfEachOwner(kernel, conflicts)) {
    const { found, missed } = kernel.fn.posixLocksDeadlock(kernel, request, behind)
    deadlock ||= found
    if (!missed && caller.lockCall?.mayMove !== true) continue
    for (const counted of kernel.fn.waysToQueue(kernel, description, request, behind)) {
      outcomes.push({
        result: 0,
        goesOn: 'asleep',
        effect: (k) => {
          if (k.threads.at(tid).lockCall === null) k.fn.beginLockCall(k, tid, description, { start, end })
          k.fn.locksInsertBlock(k, tid, behind, counted)
        },
      })
    }
  }
  if (deadlock) outcomes.unshift({ result: 'EDEADLK' })
  return outcomes
}

function firstOfEachOwner(kernel: Kernel, locks: readonly RecordLock[]): readonly RecordLock[] {
  if (locks.length === 1) return locks
  const { isSameLockOwner } = kernel.fn
  return locks.filter((lock, index) => locks.findIndex((other) => isSameLockOwner(other, lock)) === index)
}

/**
 * A request is queued under a request already waiting for the same lock if they conflict; else under the lock itself.
 * Whether the search for deadlocks then sees it depends on that being POSIX. Source: fs/locks.c __locks_insert_block().
 */
export function waysToQueue(
  kernel: Kernel,
  description: number,
  request: RecordLockRequest,
  behind: RecordLock,
): readonly boolean[] {
  const { inode } = kernel.descriptions.at(description)
  const above = kernel.inodes
    .at(inode)
    .lockWaiters.map((tid) => kernel.threads.at(tid))
    .filter(({ lockCall }) => isSameLock(lockCall!.behind!, behind))
    .map((thread) => requestOf(kernel, thread, thread.lockCall!) as RecordLock)
    .filter((other) => kernel.fn.conflictingLocks(kernel, [other], request).length > 0)
  if (above.length === 0) return [behind.kind === 'posix']
  return [...new Set(above.map(({ kind }) => kind === 'posix'))]
}

const isSameLock = (a: RecordLock, b: RecordLock): boolean =>
  a.start === b.start && a.end === b.end && a.type === b.type && a.owner === b.owner && a.kind === b.kind

/** The thread sleeps until the lock that it is behind changes. */
export function locksInsertBlock(kernel: Kernel, tid: number, behind: RecordLock, counted: boolean): void {
  const thread = kernel.threads.edit(tid)
  const call = thread.lockCall!
  thread.slept = true
  thread.lockCall = { ...call, state: advance(recordLockChart, call.state, 'BLOCK'), behind, counted, mayMove: false }
  const inode = kernel.inodes.edit(kernel.descriptions.at(call.description).inode)
  inode.lockWaiters = [...inode.lockWaiters, tid].sort((a, b) => a - b)
}

/** A thread is in no queue any more; those queued under it are woken. Source: fs/locks.c locks_delete_block(). */
export function locksDeleteBlock(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.at(tid)
  const { behind } = thread.lockCall!
  if (behind === null) return
  const request = requestOf(kernel, thread, thread.lockCall!) as RecordLock
  kernel.fn.wakeRequest(kernel, tid)
  const { inode } = kernel.descriptions.at(thread.lockCall!.description)
  for (const other of kernel.inodes.at(inode).lockWaiters) {
    const waiter = kernel.threads.at(other)
    if (!isSameLock(waiter.lockCall!.behind!, behind)) continue
    const isUnder =
      kernel.fn.conflictingLocks(kernel, [request], requestOf(kernel, waiter, waiter.lockCall!)).length > 0
    if (isUnder) kernel.fn.wakeRequest(kernel, other)
  }
}

/** A sleeping request is to try again. */
export function wakeRequest(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.edit(tid)
  const call = thread.lockCall!
  thread.lockCall = { ...call, behind: null, counted: false }
  const inode = kernel.inodes.edit(kernel.descriptions.at(call.description).inode)
  inode.lockWaiters = inode.lockWaiters.filter((other) => other !== tid)
}

/** Whoever slept behind a lock that is no longer what it was tries again. Source: fs/locks.c locks_wake_up_blocks(). */
export function locksWakeUpBlocks(kernel: Kernel, inode: number): void {
  const { recordLocks, lockWaiters } = kernel.inodes.at(inode)
  const woken = lockWaiters.filter((tid) => {
    const { behind } = kernel.threads.at(tid).lockCall!
    return !recordLocks.some((lock) => isSameLock(lock, behind!))
  })
  const requests = woken.map((tid) => requestOf(kernel, kernel.threads.at(tid), kernel.threads.at(tid).lockCall!))
  woken.forEach((tid, place) => {
    kernel.fn.wakeRequest(kernel, tid)
    if (kernel.fn.conflictingLocks(kernel, requests as RecordLock[], requests[place]!).length === 0) return
    const thread = kernel.threads.edit(tid)
    thread.lockCall = { ...thread.lockCall!, mayMove: true }
  })
}

/** The search may find a cycle, or miss it; both where an owner waits in several threads. */
export interface DeadlockSearch {
  readonly found: boolean
  readonly missed: boolean
}

/** Owners beyond the requester and the first holder that the search looks at. Source: fs/locks.c MAX_DEADLK_ITERATIONS. */
const DEADLOCK_STEPS = 11

/**
 * Whether the holder waits, through others, for the requester. An owner waits for what any one of its threads waits for;
 * which one is looked at, where there are several, is not known here. Requests for OFD locks are never refused for this.
 * Source: fcntl(2) "Record locking and deadlock"; fs/locks.c posix_locks_deadlock().
 */
export function posixLocksDeadlock(kernel: Kernel, request: RecordLockRequest, behind: RecordLock): DeadlockSearch {
  if (request.kind === 'ofd') return { found: false, missed: true }
  const waits = countedWaits(kernel)
  const requester = ownerKey(request)
  let found = false
  let missed = false
  let owners = new Set([ownerKey(behind)])
  for (let i = 0; i < DEADLOCK_STEPS && owners.size > 0; i++) {
    const next = new Set<number>()
    for (const owner of owners) {
      const awaited = waits.get(owner)
      if (awaited === undefined) missed = true
      else for (const other of awaited) next.add(other)
    }
    found = next.delete(requester) || found
    owners = next
  }
  return { found, missed: missed || owners.size > 0 }
}

/** Which owners each owner waits for, as the search for deadlocks sees it. */
function countedWaits(kernel: Kernel): Map<number, number[]> {
  const waits = new Map<number, number[]>()
  kernel.threads.forEach((thread) => {
    const { lockCall } = thread
    if (lockCall === null || !lockCall.counted) return
    const owner = ownerKey(requestOf(kernel, thread, lockCall))
    const awaited = ownerKey(lockCall.behind!)
    const known = waits.get(owner)
    if (known === undefined) waits.set(owner, [awaited])
    else known.push(awaited)
  })
  return waits
}

const ownerKey = ({ kind, owner }: Pick<RecordLock, 'kind' | 'owner'>): number => owner * 2 + (kind === 'ofd' ? 1 : 0)
