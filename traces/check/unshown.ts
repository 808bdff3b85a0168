import { isExiting } from '../../model/functions/signals.ts'
import { SIGKILL, SIGSTOP } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import { answer, isBlocked, isUndecided, type Outcome } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import { memberOf, numberOf, type ArgValue } from '../strace/values.ts'
import type { Ground } from './ground.ts'
import { GIVES } from './ahead.ts'
import type { OpenCall } from './open-calls.ts'

/** Calls that do the same work: a capture that shows none of them may have been told to leave them out (-e trace=!...). */
const FAMILIES = {
  open: /^(open|openat|openat2|creat)$/,
  dup: /^dup[23]?$/,
  fcntl: /^fcntl(64)?$/,
  pipe: /^(pipe2?|socketpair)$/,
  socket: /^(socket|socketpair|accept4?)$/,
  network: /^(connect|bind|listen|shutdown|[gs]etsockopt|getsockname|getpeername|(send|recv)(to|from|m?msg))$/,
  read: /^readv?$/,
  /** What a loader does with libraries, after it has read them. */
  loader: /^(mprotect|munmap)$/,
  write: /^(p?writev?2?|pwrite64|send(to|msg|mmsg|file|file64)?|splice|vmsplice|tee|copy_file_range)$/,
  kill: /^(kill|tkill|tgkill|rt_(tg)?sigqueueinfo|pidfd_send_signal)$/,
  rt_sigaction: /^(rt_)?sigaction$/,
  rt_sigprocmask: /^(rt_)?sigprocmask$/,
  rt_sigreturn: /^(rt_)?sigreturn$/,
  close: /^close$/,
  clone: /^(clone3?|v?fork)$/,
  ioctl: /^ioctl$/,
  wait: /^wait(4|id|pid)$/,
  shmat: /^shmat$/,
  semop: /^sem(timed)?op$/,
  semctl: /^semctl$/,
  msgsnd: /^msgsnd$/,
  msgrcv: /^msgrcv$/,
  mq_open: /^mq_open$/,
  mq_timedsend: /^mq_(timed)?send$/,
} as const

type Family = keyof typeof FAMILIES

/** What changes the objects that these calls look at. */
const CHANGES: readonly (readonly [of: RegExp, by: readonly Family[]])[] = [
  [/^shm/, ['shmat']],
  [/^sem/, ['semop', 'semctl']],
  [/^msg/, ['msgsnd', 'msgrcv']],
]

const EXECUTES = /^execve(at)?$/

/** Families of calls that make descriptors, of which one may be left out. */
const MADE_UNSHOWN: readonly Family[] = ['pipe', 'dup', 'fcntl', 'socket', 'open']

const isOfBackground = ({ result }: Outcome): boolean => result === 'ERESTARTSYS' || result === 'EIO'

/** Calls that find no process. */
const TELLS_OF_PROCESS = /^(kill|tkill|tgkill|getpgid|getsid|setpgid|pidfd_open)$/

/** What a loader does with a library. */
const READS_FILE = /^(read|pread64|mmap)$/

/** strace says of the descriptor what it is (-y, -yy). */
const IS_SOCKET = /^\d+<(?:socket:|\\x73\\x6f\\x63\\x6b\\x65\\x74\\x3a|(?:UNIX|TCP|UDP|NETLINK)[-v:A-Z0-9]*\[)/

/** Calls in the beginning of a capture, where more is done than in a test of one thing. */
const LONG = 300

/** Shells keep what they save from redirections at 10 and above, where nothing comes by itself. */
const FIRST_SAVED = 10

/**
 * Calls of which the capture shows none although they must have been made: what follows from them is there. Asked when the
 * model finds a line impossible; from then on only lines that contradict each other are violations.
 */
export class Unshown {
  private readonly shown = new Set<Family>()
  private readonly familiesOf = new Map<string, readonly Family[]>()
  /** Those that are known to be left out. */
  private readonly missed = new Set<Family>()
  private readonly isLong: boolean
  private executes = false
  private makesThreads = false
  /** The thread that entered a call of close last, with which descriptor, if it has entered no other call since. */
  private closer = 0
  private closed = -1
  /** What it had closed just before. */
  private closedBefore = -1
  /** Closed descriptors of which no call has made any. */
  private unmade = 0

  /** The names of the calls that the beginning of the capture shows. */
  constructor(beginning: readonly string[]) {
    for (const name of beginning) this.show(name)
    this.isLong = beginning.length >= LONG
  }

  /** A call is entered. */
  saw(tid: number, { name, args }: CallInterval): void {
    if (!this.makesThreads && name.startsWith('clone')) this.makesThreads = args.includes('CLONE_THREAD')
    if (name === 'close') {
      this.closedBefore = tid === this.closer ? this.closed : -1
      this.closer = tid
      this.closed = Number.parseInt(args)
    } else if (tid === this.closer) this.closed = this.closedBefore = -1
    this.show(name)
  }

  private show(name: string): void {
    let families = this.familiesOf.get(name)
    if (families === undefined) {
      families = (Object.keys(FAMILIES) as Family[]).filter((family) => FAMILIES[family].test(name))
      this.familiesOf.set(name, families)
    }
    for (const family of families) this.shown.add(family)
    this.executes ||= EXECUTES.test(name)
  }

  /** A thread goes on, though it has a signal to take. True here and below: the capture hides what may be behind it. */
  behindGoingOn(ground: Ground, tid: number): boolean {
    const kernel = ground.state()
    const thread = kernel.threads.get(tid)
    // Threads are made with all signals blocked: a capture that shows no mask may show no handler. Source: pthread_create(3).
    if (thread !== undefined && (thread.killed || thread.doom !== 0))
      return this.makesThreads && !this.shown.has('rt_sigaction') && this.hides(ground, 'rt_sigprocmask')
    if (thread?.due !== true) return false
    const due = kernel.fn.nextSignal(kernel, thread)?.info.signal ?? SIGKILL
    if (!this.isLong && !ground.isTakenLater(tid, due)) return false
    return due !== SIGKILL && due !== SIGSTOP && this.hides(ground, 'rt_sigprocmask')
  }

  /** A signal is taken that the model has not to give, or keeps back. */
  behindSignal(ground: Ground, tid: number, signal: number, info: ArgValue | undefined): boolean {
    const kernel = ground.state()
    const thread = kernel.threads.get(tid)
    if (thread === undefined) return false
    const waits = [...thread.pending, ...kernel.processOf(thread).pending].some((one) => one.signal === signal)
    const isKeptOut = waits && hasSignal(thread.blocked, signal)
    if (isKeptOut && this.isLong && thread.frames.length > 0 && this.hides(ground, 'rt_sigreturn')) return true
    if (isKeptOut && this.isLong) return this.hides(ground, 'rt_sigprocmask')
    const code = info && memberOf(info, 'si_code')
    if (!waits && code?.kind === 'flags' && code.names[0] === 'SI_MESGQ' && this.hides(ground, 'mq_timedsend'))
      return true
    const from = info && memberOf(info, 'si_pid')
    const sender = from && numberOf(from)
    const isSent = !waits && sender !== undefined && ground.naming.known(sender) !== undefined
    return isSent && !isOfChild(info) && this.hides(ground, 'kill')
  }

  /** A call has come back as the model does not allow. */
  behindReturn(ground: Ground, tid: number, { call, text }: OpenCall, result: SeenResult): boolean {
    const { syscall, args } = call
    const thread = ground.state().threads.get(tid)
    if (thread?.state !== 'in-call' || (result.kind === 'error' && result.errno === 'EBADF')) return false
    const outcomes = answer(ground.state(), thread, thread.call!)
    if (isUndecided(outcomes)) return false
    if (result.kind === 'error' && result.errno === 'EAGAIN' && isBlocked(outcomes))
      return ground.isRefusedAgain(tid, Number(args.fd)) && this.hides(ground, 'fcntl')
    // A child that is dead is there until somebody has waited for it.
    if (result.kind === 'error' && result.errno === 'ESRCH' && TELLS_OF_PROCESS.test(syscall.name)) {
      const named = ground.state().threads.get(Number(args.pid))
      return named !== undefined && isExiting(named) && this.hides(ground, 'wait')
    }
    // Who waits for children has some, whoever made them.
    const isAny = (errno: string): boolean =>
      !isBlocked(outcomes) && outcomes.length > 0 && outcomes.every((outcome) => outcome.result === errno)
    if (/^wait(4|id)$/.test(syscall.name) && result.kind === 'value' && isAny('ECHILD'))
      return this.hides(ground, 'clone')
    // A pseudoterminal is locked until its master lets others in. Source: unlockpt(3); drivers/tty/pty.c pty_open().
    if (syscall.makes === 'fd' && result.kind === 'value' && isAny('EIO')) return this.hides(ground, 'ioctl')
    // Only who ignores, or blocks, SIGTTOU can do this to its terminal from the background.
    if (isAny('ERESTARTSYS') && result.kind === 'value' && /^(ioctl|write)$/.test(syscall.name))
      return this.hides(ground, 'rt_sigaction')
    if (isAny('EBADF')) {
      const fd = Number(args.fd ?? args.oldfd)
      const kernel = ground.state()
      // What is open, and not for this, is not missing; and what is given out later was free.
      if (kernel.fn.slotOf(kernel, thread, fd) !== 0 || ground.isGivenLater(tid, fd)) return false
      const maker = this.makerOf(syscall.name, args.fd ?? args.oldfd)
      if (maker !== undefined && this.hides(ground, maker)) return true
      if (ground.usesUnmade(tid) && MADE_UNSHOWN.some((family) => this.hides(ground, family))) return true
      return this.mayBeSocket(tid, syscall.name, text) && this.isSocket(ground)
    }
    const changed = CHANGES.find(([of]) => of.test(syscall.name))
    if (changed !== undefined) return changed[1].some((family) => this.hides(ground, family))
    if (result.kind !== 'value') return false
    // Whoever ignores or blocks SIGTTOU, SIGTTIN, may use its terminal in the background. Source: tty_ioctl(4), termios(3).
    if (/^(ioctl|tcsetattr|read|write)$/.test(syscall.name) && !isBlocked(outcomes) && outcomes.every(isOfBackground))
      return this.hides(ground, 'rt_sigaction') || this.hides(ground, 'rt_sigprocmask')
    if (syscall.name === 'rt_sigprocmask')
      return this.isLong && thread.frames.length > 0 && this.hides(ground, 'rt_sigreturn')
    // A descriptor may have given a signal away. Source: signalfd(2).
    if (syscall.name === 'rt_sigpending') return this.shown.has('loader') && this.hides(ground, 'read')
    if (syscall.makes === 'fd') {
      const lowest = isBlocked(outcomes) ? undefined : outcomes.find((outcome) => typeof outcome.result === 'number')
      if (lowest === undefined || (result.value > Number(lowest.result) && !GIVES.test(syscall.name))) return false
      const free = Number(lowest.result)
      return result.value < free ? this.hides(ground, 'close') : this.behindGap(ground, tid, free, result.value)
    }
    // Data from a pipe into which nobody writes, or which nobody has open for that.
    if (!FAMILIES.read.test(syscall.name) || result.value <= 0) return false
    return this.isLong && (this.hides(ground, 'write') || this.hides(ground, 'dup'))
  }

  /** A descriptor was given that is not the lowest: calls that are not shown may have made those below it. */
  private behindGap(ground: Ground, tid: number, lowest: number, given: number): boolean {
    const kernel = ground.state()
    const thread = kernel.threads.get(tid)
    if (thread === undefined || given <= lowest) return false
    const free = Array.from({ length: given - lowest }, (_, place) => lowest + place).filter(
      (fd) => kernel.fn.slotOf(kernel, thread, fd) === 0,
    )
    // Somebody who goes into the background puts copies in the places of the usual three.
    const isOfDaemon = this.isLong && free.every((fd) => fd <= 2) && !free.some((fd) => ground.isGivenLater(tid, fd))
    if (isOfDaemon && this.hides(ground, 'dup')) return true
    if (!ground.isTakenForGood(tid, lowest, given)) return false
    const makers: readonly Family[] = free.length % 2 === 0 ? ['pipe', 'dup', 'fcntl'] : ['dup', 'fcntl', 'pipe']
    return [...makers, 'socket' as const, 'open' as const].some((family) => this.hides(ground, family))
  }

  /** A file's offset is not where the calls that are shown have left it. */
  behindOffset(ground: Ground): boolean {
    return this.hides(ground, 'read')
  }

  /** What must have made a descriptor that is used, and that no call has made: undefined where it may be a fault. */
  private makerOf(user: string, fd: unknown): Family | undefined {
    if (user.startsWith('mq_')) return 'mq_open'
    if (!this.shown.has('open') && (!this.executes || READS_FILE.test(user))) return 'open'
    if (typeof fd === 'number' && fd >= FIRST_SAVED) return this.shown.has('dup') ? 'fcntl' : 'dup'
    // Descriptors are put in their places: where from, if not from a pipe?
    return this.shown.has('dup') && this.isLong ? 'pipe' : undefined
  }

  /**
   * A descriptor is used that no call has made: it may be of a socket, where there is no call that makes one
   * (-e trace=!%network). Where one of its number, or the next, was closed just before, it may be a fault; and once, where
   * little is done.
   */
  private mayBeSocket(tid: number, name: string, text: string): boolean {
    if (this.shown.has('network') || IS_SOCKET.test(text)) return true
    const isClosing = name === 'close'
    const before = tid !== this.closer ? -1 : isClosing ? this.closedBefore : this.closed
    const isNear = before >= 0 && Math.abs(Number.parseInt(text) - before) <= 1
    if (isClosing) this.unmade++
    return this.unmade > 1 || (this.isLong && !isNear)
  }

  private isSocket(ground: Ground): boolean {
    if (!this.hides(ground, 'socket')) return false
    ground.withdraw(({ allowed }) => allowed.every((text) => text.endsWith(' = -1 EBADF')))
    return true
  }

  private hides(ground: Ground, family: Family): boolean {
    if (this.shown.has(family) || this.missed.has(family) || ground.options.closed || ground.options.byHand === true)
      return false
    this.missed.add(family)
    const why = `the capture shows no ${family} at all`
    ground.hides(why)
    ground.assume(why)
    ground.evidence.losesCalls()
    return true
  }
}

/** Of a change of a child, which the kernel tells: nobody calls for that. */
const isOfChild = (info: ArgValue | undefined): boolean => {
  const code = info && memberOf(info, 'si_code')
  return code?.kind === 'flags' && code.names.some((name) => name.startsWith('CLD_'))
}
