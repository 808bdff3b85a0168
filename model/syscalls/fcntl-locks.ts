import type { RecordLockRequest } from '../functions/record-ranges.ts'
import { advance } from '../lifecycle/compile.ts'
import { recordLockChart } from '../lifecycle/record-lock.ts'
import type { Kernel } from '../kernel.ts'
import { constant, fd, lock, lockQuery, type LockQuery, type LockReport, type LockRequest } from '../params.ts'
import type { LockCall } from '../state/lock-call.ts'
import type { RecordLock } from '../state/open-files.ts'
import type { Thread } from '../state/threads.ts'
import { blocksOn, defineSyscall, fails, succeeds, type Answer, type Outcome, type Syscall } from '../syscall.ts'

const SOURCE = 'fcntl(2); fs/locks.c fcntl_setlk()'

type Kind = RecordLock['kind']

/** What a call works on, found at its beginning. */
type Target = Pick<LockCall, 'description' | 'start' | 'end'>

/** What a form answers to a lock that it cannot have. */
const REFUSALS = { F_SETLK: ['EAGAIN'], F_SETLKW: ['EDEADLK'], F_OFD_SETLK: ['EAGAIN'], F_OFD_SETLKW: [] } as const

const UNFOLLOWED: Answer = { undecided: 'a lock whose range the model cannot follow' }

/**
 * Set or clear a lock on a range of a file's bytes. A POSIX lock belongs to the descriptor table and the file, and goes
 * when any descriptor of the file is closed; an OFD lock belongs to the open file description. Each conflicts with the
 * other. Exactly the range gets the new type: older locks of the owner are split and merged.
 *
 * Returns 0. Errors: EBADF, closed, O_PATH, or not open for what the lock needs, or closed by another thread meanwhile;
 * EINVAL, EOVERFLOW, the range; EAGAIN, a conflict and no waiting; EDEADLK, waiting would close a cycle of POSIX owners
 * of at most twelve; EINTR. A cycle may go unseen where an owner waits in several threads, or for several owners at once.
 * Source: fcntl(2); fs/locks.c fcntl_setlk(), posix_lock_inode().
 */
function setLock(form: 'F_SETLK' | 'F_SETLKW' | 'F_OFD_SETLK' | 'F_OFD_SETLKW'): Syscall {
  const kind = form.startsWith('F_OFD') ? 'ofd' : 'posix'
  const waits = form.endsWith('W')
  return defineSyscall({
    name: 'fcntl',
    form,
    params: { fd: fd(), cmd: constant(form), lock: lock() },
    ...(waits && {
      interrupted: 'ERESTARTSYS' as const,
      interruptedWhenReady: (kernel: Kernel, caller: Readonly<Thread>) =>
        kernel.fn.hasOtherLockSleepers(kernel, caller),
    }),
    errors: ['EBADF', 'EINVAL', 'EOVERFLOW', ...REFUSALS[form]],
    // An OFD lock asked for with an l_pid other than 0, which traces do not show, is EINVAL.
    environment: kind === 'ofd' ? ['ENOLCK', 'EINVAL'] : ['ENOLCK'],
    source: SOURCE,
    rule(kernel, caller, { fd, lock }) {
      const { lockCall } = caller
      if (lockCall?.state === 'held') return endsUnlessClosed(kernel, caller, fd, lockCall.description)
      if (lockCall !== null && lockCall.behind !== null) return blocksOn(kernel.threads.key(caller.tid))
      if (lockCall !== null) return apply(kernel, caller, lockCall, kind, lock, waits)
      const description = kernel.fn.lockableFile(kernel, caller, fd)
      if (description === undefined) return fails('EBADF')
      const file = kernel.descriptions.at(description)
      const range = kernel.fn.flockToPosixLock(kernel, file, lock)
      if (range === undefined) return UNFOLLOWED
      if (typeof range === 'string') return fails(range)
      if (!kernel.fn.isModeForLock(file.access, lock.type)) return fails('EBADF')
      if (kernel.fn.isTableShared(kernel, caller)) return begins(caller, { description, ...range })
      return apply(kernel, caller, { description, ...range }, kind, lock, waits)
    },
  })
}

const begins = ({ tid }: Readonly<Thread>, { description, start, end }: Target): readonly Outcome[] => [
  { result: 0, goesOn: 'awake', effect: (k) => k.fn.beginLockCall(k, tid, description, { start, end }) },
]

function apply(
  kernel: Kernel,
  caller: Readonly<Thread>,
  target: Target,
  kind: Kind,
  { type }: LockRequest,
  waits: boolean,
): Answer {
  const { description, start, end } = target
  const request: RecordLockRequest = { ...kernel.fn.lockOwner(caller, description, kind), type, start, end }
  const { inode } = kernel.descriptions.at(description)
  if (type !== 'F_UNLCK') {
    const conflicts = kernel.fn.conflictingLocks(kernel, kernel.inodes.at(inode).recordLocks, request)
    if (conflicts.length > 0) {
      return waits ? kernel.fn.blockRequest(kernel, caller, description, request, conflicts) : fails('EAGAIN')
    }
    // Who shared the table when the call began may have closed the descriptor and be gone.
    if (kind === 'posix' && caller.lockCall !== null) return isGranted(caller.tid, inode, request)
  }
  return succeeds(0, (k) => k.fn.grantRecordLock(k, inode, request))
}

/** Whether the lock may stay is seen only after it was taken. */
const isGranted = (tid: number, inode: number, request: RecordLockRequest): readonly Outcome[] => [
  {
    result: 0,
    goesOn: 'awake',
    effect: (k) => {
      k.fn.grantRecordLock(k, inode, request)
      const row = k.threads.edit(tid)
      row.lockCall = { ...row.lockCall!, state: advance(recordLockChart, row.lockCall!.state, 'GRANT') }
    },
  },
]

function endsUnlessClosed(kernel: Kernel, caller: Readonly<Thread>, fd: number, description: number): Answer {
  if (!kernel.fn.wasClosedMeanwhile(kernel, caller, fd, description)) return succeeds(0)
  const { files } = caller
  const { inode } = kernel.descriptions.at(description)
  return [{ result: 'EBADF', effect: (k) => k.fn.locksRemovePosix(k, files, inode) }]
}

/**
 * Ask whether a lock could be set: reports one of the locks that stand in the way, or F_UNLCK. For OFD locks F_UNLCK may
 * be asked: it reports a lock of the description itself.
 *
 * Returns 0; `lock` is the answer. Errors: EBADF, closed or O_PATH; EINVAL, F_UNLCK asked of POSIX locks, or the range;
 * EOVERFLOW, the range.
 * Source: fcntl(2); fs/locks.c fcntl_getlk(), posix_test_lock().
 */
function getLock(form: 'F_GETLK' | 'F_OFD_GETLK'): Syscall {
  const kind = form === 'F_OFD_GETLK' ? 'ofd' : 'posix'
  return defineSyscall({
    name: 'fcntl',
    form,
    params: { fd: fd(), cmd: constant(form), lock: lockQuery() },
    errors: ['EBADF', 'EINVAL', 'EOVERFLOW'],
    environment: kind === 'ofd' ? ['EINVAL'] : [],
    source: 'fcntl(2); fs/locks.c fcntl_getlk()',
    rule(kernel, caller, { fd, lock }) {
      if (caller.lockCall !== null) return report(kernel, caller, caller.lockCall, kind, lock)
      const description = kernel.fn.lockableFile(kernel, caller, fd)
      if (description === undefined) return fails('EBADF')
      if (kind === 'posix' && lock?.type === 'F_UNLCK') return fails('EINVAL')
      const range = kernel.fn.flockToPosixLock(kernel, kernel.descriptions.at(description), lock ?? UNKNOWN)
      if (range === undefined) return UNFOLLOWED
      if (typeof range === 'string') return fails(range)
      if (kernel.fn.isTableShared(kernel, caller)) return begins(caller, { description, ...range })
      return report(kernel, caller, { description, ...range }, kind, lock)
    },
  })
}

/** Stands for a question that is not shown: of what it asks, every file has. */
const UNKNOWN: LockQuery = { type: 'unknown', whence: 'SEEK_SET', start: 0, length: 0 }

const ASKED = { posix: ['F_RDLCK', 'F_WRLCK'], ofd: ['F_RDLCK', 'F_WRLCK', 'F_UNLCK'] } as const

function report(
  kernel: Kernel,
  caller: Readonly<Thread>,
  { description, start, end }: Target,
  kind: Kind,
  asked: LockQuery | null,
): readonly Outcome[] {
  const { recordLocks } = kernel.inodes.at(kernel.descriptions.at(description).inode)
  const { type, ...range } = asked ?? UNKNOWN
  const owner = kernel.fn.lockOwner(caller, description, kind)
  const found = (type === 'unknown' ? ASKED[kind] : [type]).map((type) =>
    locksFound(kernel, recordLocks, { ...owner, type, start, end }),
  )
  const outcomes = [...new Set(found.flat())]
    .flatMap((lock) => reportsOf(kernel, lock))
    .map((lock): Outcome => ({ result: 0, out: { lock } }))
  const none: Outcome = { result: 0, out: { lock: { type: 'F_UNLCK', ...range } satisfies LockReport } }
  const all = found.every((locks) => locks.length > 0) ? outcomes : [...outcomes, none]
  return asked === null ? [...all, ...fails('EINVAL'), ...fails('EOVERFLOW')] : all
}

/** Source: fs/locks.c posix_test_locks_conflict(). */
function locksFound(kernel: Kernel, locks: readonly RecordLock[], request: RecordLockRequest): readonly RecordLock[] {
  if (request.type !== 'F_UNLCK') return kernel.fn.conflictingLocks(kernel, locks, request)
  return locks.filter((lock) => kernel.fn.isSameLockOwner(lock, request) && kernel.fn.locksOverlap(lock, request))
}

/** A holder whose pid is gone shows as that pid in the initial pid namespace, as 0 in others. */
function reportsOf(kernel: Kernel, { type, start, end, pid }: RecordLock): readonly LockReport[] {
  const length = end === Infinity ? 0 : end - start + 1
  const pids = pid === -1 || kernel.processes.has(pid) ? [pid] : [pid, 0]
  return pids.map((pid) => ({ type, whence: 'SEEK_SET', start, length, pid }))
}

/** The forms of fcntl for record locks. */
export const fcntlLocks: readonly Syscall[] = [
  setLock('F_SETLK'),
  setLock('F_SETLKW'),
  getLock('F_GETLK'),
  setLock('F_OFD_SETLK'),
  setLock('F_OFD_SETLKW'),
  getLock('F_OFD_GETLK'),
]
