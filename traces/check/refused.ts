import { ERRNOS } from '../../model/errno.ts'
import { SIGNAL_MAX, UNBLOCKABLE } from '../../model/signals.ts'
import { hasSignal, signalsOf, withoutSignals, type SignalSet } from '../../model/state/signal-set.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import { answer, isBlocked, isUndecided, type Call, type Syscall } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import { signalSetOf, type ArgValue } from '../strace/values.ts'
import { allowedFor } from './allowed.ts'
import { describeCall, describeOutcome, describeSignals, ruleOf } from './describe.ts'
import type { Ground } from './ground.ts'
import type { OpenCall } from './open-calls.ts'
import { failsByOthers, findsOld, isFault, isOutsideSignal } from './outside.ts'
import { readRows } from './reads.ts'
import { judgeBits } from './known-bits.ts'
import { respell } from './respell.ts'
import { adopt, revive, takeResult } from './resync.ts'
import { judgeBytes } from './too-many-bytes.ts'

/** Calls that do their work before they find that they cannot write down what came of it. */
const WRITES_LAST = /^(wait4|waitid|rt_sigaction|rt_sigprocmask|rt_sigtimedwait|msgrcv)$/

/** What namespaces, cgroups, chosen pids, stacks and directories refuse is not modelled. Source: clone(2), execveat(2). */
export const isOfSpaces = ({ name, args }: CallInterval): boolean =>
  name === 'execveat' || (name.startsWith('clone') && (BESIDE.test(args) || isOfSpaceBits(args)))

/** What decides beside the flags: among it a stack without a size. Source: kernel/fork.c clone3_stack_valid(). */
const BESIDE =
  /CLONE_NEW|CLONE_INTO_CGROUP|CLONE_PIDFD|set_tid=|cgroup=|stack=NULL, stack_size=0x|stack=0x[0-9a-f]+, stack_size=0[,}]/

/** The bits of CLONE_NEWTIME, CLONE_PIDFD, the other namespaces and CLONE_INTO_CGROUP. Source: include/uapi/linux/sched.h. */
const SPACE_BITS = 0x2_7e02_1080n

function isOfSpaceBits(args: string): boolean {
  const bits = /flags=(0x[0-9a-f]+)/.exec(args)?.[1]
  return bits !== undefined && (BigInt(bits) & SPACE_BITS) !== 0n
}

/** From here on a filter of the caller's may answer its calls. */
const isFilter = ({ name, form }: Syscall): boolean => name === 'seccomp' || form === 'PR_SET_SECCOMP'

/** The model does not let a thread make a call. True when the reason is gone, and the thread goes on. */
export function cannotCall(ground: Ground, tid: number, { interval, call }: OpenCall): boolean {
  const kernel = ground.state()
  const thread = kernel.threads.get(tid)
  if (thread === undefined) {
    ground.giveUp(tid, interval.enterLine, `${ground.who(tid)} was made by a call that the capture does not show`)
    return false
  }
  const due = kernel.fn.nextSignal(kernel, thread)
  const process = kernel.processOf(thread)
  // SIGCONT is sent to it; it shows that before anything else.
  const isContinued = process.untold === 'continued' && !thread.killed
  const allowed =
    thread.due && due !== undefined
      ? describeSignals([due.info])
      : process.state === 'stopped' || process.toStop.includes(tid)
        ? 'nothing: it is stopped'
        : thread.killed
          ? 'nothing: it is dying'
          : isContinued
            ? 'SIGCONT, by which it goes on'
            : thread.state === 'in-call'
              ? `nothing: it is in ${thread.call!.syscall.name}`
              : `nothing: it is ${thread.state}`
  ground.violate(
    interval.enterLine,
    tid,
    describeCall(interval),
    [allowed],
    [kernel.threads.key(tid), kernel.processes.key(thread.pid)],
    {
      rule: 'model/moves.ts mayCall()',
      source: call.syscall.source,
    },
  )
  if (thread.due && due !== undefined) {
    forgo(ground, tid, due.info)
    return true
  }
  if (isContinued) {
    ground.follower.amend((copy) => revive(copy, tid))
    return true
  }
  ground.lost.add(tid)
  return false
}

/** The thread goes on without a signal that it should have taken. */
function forgo(ground: Ground, tid: number, { signal, code }: Siginfo): void {
  const others = (pending: readonly Siginfo[]) => pending.filter((info) => info.signal !== signal || info.code !== code)
  ground.follower.amend((kernel) => {
    if (!kernel.threads.has(tid)) return
    const row = kernel.threads.edit(tid)
    const process = kernel.processes.edit(row.pid)
    row.pending = others(row.pending)
    process.pending = others(process.pending)
    row.due = false
  })
}

/** The rule does not say what Linux does here: nothing is judged. */
export function passOver(ground: Ground, tid: number, { interval, call }: OpenCall, line: number): void {
  ground.modelled--
  const { syscall } = call
  const open = ground.follower.open
  if (open?.bits !== undefined) judgeBits(ground, tid, interval, call)
  judgeBytes(ground, tid, interval, call)
  if (syscall.name === 'pidfd_send_signal') ground.hides('it is not known to which process a descriptor sent a signal')
  // Its requests may end on an eventfd. Source: io_submit(2) IOCB_FLAG_RESFD.
  if (syscall.name === 'io_submit') ground.counts.stop()
  if (syscall.name === 'io_uring_enter') ground.hides('the capture does not show what is done by a ring')
  // Each event that is read may bring a descriptor. Source: fanotify(7).
  if (syscall.name === 'read' && ground.hasFanotify) ground.guesses.mayHaveMade(tid)
  if (isFilter(syscall)) ground.filtered.add(ground.state().threads.at(tid).pid)
  if (syscall.returns === 'restored') ground.hides('the capture does not show signals')
  // Locks stay as they were where one is refused. Source: fs/locks.c fcntl_setlk().
  const isRefusedLock = syscall.name === 'fcntl' && interval.result?.kind === 'error'
  if (open?.harmless === true || isRefusedLock || syscall.returns === 'restored') ground.passedThrough++
  else ground.leaveOpen(line, `${syscall.hashAs}: ${open?.undecided ?? 'it is not known what it does'}`, tid)
  ground.noteWrites()
}

/** What came back from a call is not what the model allows. */
export function cannotReturn(ground: Ground, tid: number, { interval, call }: OpenCall, line: number): void {
  const result = interval.result!
  const { syscall } = call
  if (result.kind === 'error' && (isOfSpaces(interval) || isWorldly(ground, tid, call, result.errno))) {
    ground.assume(`${syscall.name} failed with ${result.errno} for a reason outside the model`)
    ground.goOn(tid, result.errno === 'EFAULT' && WRITES_LAST.test(syscall.name) ? 0 : undefined)
    return
  }
  if (result.kind === 'value' && !ground.options.closed && findsOld(syscall.name)) {
    ground.leaveOpen(line, `${syscall.name} has found an object from before the capture`, tid)
    ground.goOn(tid)
    return
  }
  if (ground.isFiltered(tid)) {
    ground.assume('a filter of system calls has answered one')
    ground.goOn(tid)
    return
  }
  if (!ground.options.closed && isLockOfOthers(ground, tid, interval, call)) {
    ground.assume('a lock that was found is held from outside, or under another name of the file')
    ground.goOn(tid)
    return
  }
  const isInterrupted = result.kind === 'restart' || (result.kind === 'error' && result.errno === 'EINTR')
  if (!ground.options.closed && tellsOfOutsideSignal(ground, tid, interval)) {
    ground.assume('a signal that is pending, or was taken, came from outside the model')
    ground.goOn(tid)
    return
  }
  if (isInterrupted && !ground.options.closed) {
    ground.assume(
      'a call was interrupted by a signal, or by a tracer that came or went, which the capture does not show',
    )
    if (syscall.name === 'rt_sigsuspend') keepMask(ground, tid, call.args.mask as SignalSet)
    ground.goOn(tid)
    return
  }
  const thread = ground.state().threads.get(tid)
  if (thread?.state === 'returning' && thread.call?.syscall === syscall && !ground.isHidden()) {
    // Another thread's call has decided this one's already, in every state that explains the lines before.
    const outcome = { result: thread.result!, ...(thread.out !== null && { out: thread.out }) }
    const key = ground.state().threads.key(tid)
    ground.violate(
      line,
      tid,
      describeCall(interval),
      [describeOutcome(syscall, outcome, ground.naming)],
      [key],
      ruleOf(syscall),
    )
    ground.goOn(tid)
    return
  }
  if (thread?.state !== 'in-call' && ground.isHidden()) {
    ground.assume(ground.hidden!)
    ground.follower.amend((kernel) => (kernel.threads.has(tid) ? revive(kernel, tid) : adopt(kernel, tid)))
    return
  }
  if (thread?.state !== 'in-call') {
    ground.giveUp(tid, line)
    return
  }
  const reads = readRows(ground.state(), (kernel) => answer(kernel, kernel.threads.at(tid), call))
  const allowed = reads.value
  if (isUndecided(allowed)) {
    if (result.kind === 'error' && result.errno === allowed.never && !ground.isHidden()) {
      const keys = reads.keys.filter((key) => key !== ground.state().threads.key(tid))
      ground.violate(
        line,
        tid,
        describeCall(interval),
        [`${syscall.name} = anything but ${result.errno}`],
        keys,
        ruleOf(syscall),
      )
    }
    ground.goOn(tid)
    return
  }
  const isSure = isOfDescriptors(syscall, result) && ground.isWhole(tid)
  if (ground.isHidden() && !isSure) {
    ground.assume(ground.hidden!)
    ground.goOn(tid)
    ground.follower.amend((kernel) => takeResult(kernel, tid, call, result))
    return
  }
  const keys = reads.keys.filter((key) => key !== ground.state().threads.key(tid))
  const seen = describeCall(interval)
  const texts = allowedFor(ground.state(), tid, call, ground.naming) ?? []
  const isApart = ground.blur.isApart(ground.follower.states, tid, call, result, keys)
  const why = ground.setters.behind(tid, syscall.form)
  ground.violate(line, tid, seen, texts, keys, ruleOf(syscall), { why, isOfDescriptors: isSure, isApart })
  // Of a process that the capture says was not made, nothing follows.
  const isMade =
    (syscall.makes !== 'process' && syscall.makes !== 'thread') ||
    (result.kind === 'value' && !ground.state().threads.has(call.given ?? 0))
  ground.goOn(tid, isBlocked(allowed) || !isMade ? undefined : 0)
}

/** What came back depends on nothing but which descriptors are open, which calls of the process's own decide. */
export const isOfDescriptors = (syscall: Syscall, result: SeenResult): boolean =>
  (result.kind === 'error' && result.errno === 'EBADF') ||
  /^(close|dup|dup2|dup3)$/.test(syscall.name) ||
  (syscall.name === 'fcntl' && /^F_(GETFD|SETFD|DUPFD)/.test(syscall.form ?? ''))

/** A wait for signals, or a look at those that are pending, has found one of which the capture shows no sender. */
function tellsOfOutsideSignal(ground: Ground, tid: number, { name, args, result }: CallInterval): boolean {
  if (result?.kind !== 'value') return false
  const { fields } = respell(name, args)
  if (name === 'rt_sigpending') return showsAllThatWaits(ground, tid, fields[0]?.value)
  if (name !== 'rt_sigtimedwait' || result.value <= 0 || result.value > SIGNAL_MAX) return false
  const info = fields[1]?.value
  const asked = fields[0] && signalSetOf(fields[0].value)
  if (asked !== undefined && !hasSignal(asked, result.value)) return false
  return isOutsideSignal(info, ground.naming) || isFault(result.value, info)
}

/** Others may have sent more signals that are blocked; those that wait for the only thread of a process stay until it takes them. */
function showsAllThatWaits(ground: Ground, tid: number, set: ArgValue | undefined): boolean {
  const seen = set && signalSetOf(set)
  const kernel = ground.state()
  const thread = kernel.threads.get(tid)
  if (seen === undefined || thread === undefined) return true
  const isMaskKnown = thread.saved === null && !ground.unknownMasks.has(tid)
  if (isMaskKnown && signalsOf(withoutSignals(seen, thread.blocked)).length > 0) return false
  const { threads, pending } = kernel.processOf(thread)
  if (threads.length > 1) return true
  return [...thread.pending, ...pending].every(
    ({ signal, optional }) => optional === true || !hasSignal(thread.blocked, signal) || hasSignal(seen, signal),
  )
}

/** F_GETLK has found a lock of a process outside the capture, or one that was set under another name of the file. */
function isLockOfOthers(ground: Ground, tid: number, interval: CallInterval, call: Call): boolean {
  const { fd } = call.args
  const holder = /l_type=F_(?:RD|WR)LCK.*l_pid=(-?\d+)/.exec(interval.args)?.[1]
  if (call.syscall.form?.endsWith('_GETLK') !== true || typeof fd !== 'number' || holder === undefined) return false
  const process = ground.naming.known(Number(holder))
  if (process === undefined) return true
  if (process === ground.state().threads.get(tid)?.pid) return false
  const holds = ground.state().inodes.count(({ recordLocks }) => recordLocks.some(({ pid }) => pid === process)) > 0
  return holds && ground.guesses.mayHaveOtherName(tid, fd)
}

/** An error that the world outside the model may cause, or a limit that was set before the capture. */
export function isWorldly(ground: Ground, tid: number, { syscall, args }: Call, errno: string): boolean {
  // Where memory is mapped, only the program knows.
  if (ground.isFiltered(tid) || errno === 'EFAULT') return true
  if (syscall.name === 'kill' && errno === 'ESRCH' && isOwned(ground, args.pid)) return false
  const isUnknown = syscall.environment === ERRNOS || !(ERRNOS as readonly string[]).includes(errno)
  if (isUnknown || (syscall.environment as readonly string[]).includes(errno)) return true
  if (errno === 'EIO' && syscall.name.startsWith('open') && String(args.pathname).startsWith('/dev/')) return true
  if (syscall.name === 'mmap' && MAPS_NOT.has(errno) && isOpaque(ground, tid, args.fd)) return true
  if (syscall.name === 'mq_open' && errno === 'EINVAL' && ground.queueLimits.areSet) return true
  if (errno === 'EDEADLK' && hasNoLock(ground, tid)) return false
  if (!ground.options.closed && failsByOthers(syscall.name, errno) && mayMeetLock({ syscall, args }, errno)) return true
  return isBeyondLimit(ground, tid, { syscall, args }, errno)
}

/** No lower limit on descriptors is known: one that is above all that are open may be too high. Source: getrlimit(2) RLIMIT_NOFILE. */
function isBeyondLimit(ground: Ground, tid: number, { syscall, args }: Call, errno: string): boolean {
  const kernel = ground.state()
  const thread = kernel.threads.get(tid)
  if (thread === undefined || kernel.processOf(thread).limits.NOFILE !== Infinity) return false
  if (errno === 'EMFILE') return true
  const isAsked =
    (errno === 'EBADF' && /^dup[23]$/.test(syscall.name)) || (errno === 'EINVAL' && /^F_DUPFD/.test(syscall.form ?? ''))
  const asked = isAsked ? (args.newfd ?? args.from) : undefined
  if (typeof asked !== 'number') return false
  return kernel.files.get(thread.files)?.slots.every((slot, fd) => slot === 0 || fd < asked) === true
}

/** Only who asks for a lock, and does not wait for it, is told that another has one; only who waits, of a cycle. Source: fcntl(2), flock(2). */
function mayMeetLock({ syscall, args }: Pick<Call, 'syscall' | 'args'>, errno: string): boolean {
  if (syscall.name === 'flock') {
    const words = args.operation as ReadonlySet<string>
    return words.has('LOCK_NB') && !words.has('LOCK_UN')
  }
  const lock = args.lock as { readonly type?: string } | null | undefined
  if (syscall.name !== 'fcntl' || syscall.form?.includes('SETLK') !== true || lock === null) return true
  if (lock?.type === 'F_UNLCK') return false
  return syscall.form.endsWith('W') === (errno === 'EDEADLK')
}

/** Nobody waits for a process that holds no lock, so that it is in no cycle. Source: fcntl(2); fs/locks.c posix_locks_deadlock(). */
function hasNoLock(ground: Ground, tid: number): boolean {
  const thread = ground.state().threads.get(tid)
  return thread !== undefined && ground.isWhole(thread.pid) && !ground.lockers.has(thread.files)
}

/** How drivers refuse to have their files mapped anywhere, or at all. Source: mmap(2). */
const MAPS_NOT: ReadonlySet<string> = new Set(['EINVAL', 'ENXIO', 'EPERM'])

/** What is behind the descriptor is of a kind that the model does not follow. */
function isOpaque(ground: Ground, tid: number, fd: unknown): boolean {
  const kernel = ground.state()
  const thread = kernel.threads.get(tid)
  return thread !== undefined && typeof fd === 'number' && kernel.fn.lookupFd(kernel, thread, fd)?.kind === 'opaque'
}

/** A process that only a process of the capture can reap, and has not reaped: it is there. */
function isOwned(ground: Ground, pid: unknown): boolean {
  const { processes } = ground.state()
  const process = typeof pid === 'number' && pid >= ground.first ? processes.get(pid) : undefined
  return process !== undefined && process.parent >= ground.first && processes.has(process.parent)
}

/** The mask of the sleep is in force until a handler has started, or the thread makes another call. Source: sigsuspend(2). */
function keepMask(ground: Ground, tid: number, mask: SignalSet): void {
  ground.follower.amend((kernel) => {
    const thread = kernel.threads.get(tid)
    if (thread === undefined || thread.saved !== null) return
    const row = kernel.threads.edit(tid)
    row.saved = row.blocked
    row.blocked = withoutSignals(mask, UNBLOCKABLE)
  })
}
