import { SIGNALS } from '../../model/signals.ts'
import type { Naming } from '../strace/naming.ts'
import { memberOf, numberOf, type ArgValue } from '../strace/values.ts'

const FAULT_CODES = /^(SEGV|BUS|ILL|FPE|TRAP|SYS)_/

/** A signal that an instruction of the thread itself caused, or a timer or descriptor that the model does not follow. */
export function isFault(signal: number, info: ArgValue | undefined): boolean {
  const name = codeOf(info)
  if (name === 'SI_USER' && FROM_WRITES.has(signal)) return true
  if (name === 'SI_KERNEL' && (FROM_TIMERS.has(signal) || FROM_TRAPS.has(signal))) return true
  return (
    name !== undefined &&
    (FAULT_CODES.test(name) || /^(SI_TIMER|SI_ASYNCIO|SI_QUEUE|POLL_\w+)$/.test(name) || name === '')
  )
}

/** A signal that a thread's own write draws. */
export const isOfOwnWrite = (signal: number, info: ArgValue | undefined): boolean =>
  FROM_WRITES.has(signal) && codeOf(info) === 'SI_USER'

/** A signal of a kind that the model never sends: from an instruction, a timer of POSIX, or a descriptor (F_SETSIG, aio). */
export const isNeverSent = (info: ArgValue | undefined): boolean =>
  /^(SI_TIMER|SI_ASYNCIO|POLL_\w+|(SEGV|BUS|ILL|FPE|TRAP|SYS)_\w+)$/.test(codeOf(info) ?? '')

/**
 * A signal that somebody outside the capture may have sent, or a terminal outside it, or its tracer (strace -e inject=):
 * what a tracer makes a call return with is from the kernel. Source: ptrace(2); include/linux/ptrace.h ptrace_report_syscall().
 */
export function isOutsideSignal(info: ArgValue | undefined, naming: Naming): boolean {
  const name = codeOf(info)
  if (name === 'SI_KERNEL') return true
  const pid = info && memberOf(info, 'si_pid')
  const from = pid && numberOf(pid)
  return from === undefined || naming.known(from) === undefined
}

const {
  SIGALRM,
  SIGXCPU,
  SIGXFSZ,
  SIGVTALRM,
  SIGPROF,
  SIGIO,
  SIGSEGV,
  SIGBUS,
  SIGTRAP,
  SIGILL,
  SIGFPE,
  SIGSYS,
  SIGPIPE,
} = SIGNALS
/** What a write draws: to a socket or a file of a kind unknown that nobody reads, or beyond a limit. */
const FROM_WRITES: ReadonlySet<number> = new Set([SIGPIPE, SIGXFSZ])

/** What the processor reports without saying where. */
const FROM_TRAPS: ReadonlySet<number> = new Set([SIGSEGV, SIGBUS, SIGTRAP, SIGILL, SIGFPE, SIGSYS])
const FROM_TIMERS: ReadonlySet<number> = new Set([SIGALRM, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO])

/** The name of si_code; '' for a number without a name, undefined when no siginfo was shown. */
export function codeOf(info: ArgValue | undefined): string | undefined {
  const code = info && memberOf(info, 'si_code')
  if (code === undefined) return undefined
  return code.kind === 'flags' ? (code.names[0] ?? '') : ''
}

/** What others can do to a call by the locks that they hold, and by objects with names that they have made. */
const BY_OTHERS: Readonly<Record<string, readonly string[]>> = {
  fcntl: ['EAGAIN', 'EACCES', 'EDEADLK'],
  flock: ['EAGAIN'],
  dup2: ['EBUSY'],
  dup3: ['EBUSY'],
  openat: ['EAGAIN'],
  open: ['EAGAIN'],
  mmap: ['EEXIST', 'EAGAIN'],
  mq_open: ['EEXIST', 'ENOENT'],
  shmget: ['EEXIST', 'ENOENT', 'EINVAL'],
  semget: ['EEXIST', 'ENOENT', 'EINVAL'],
  msgget: ['EEXIST', 'ENOENT'],
  kill: ['ESRCH'],
}

/** Whether processes outside the capture can have made a call fail so. */
export const failsByOthers = (name: string, errno: string): boolean => BY_OTHERS[name]?.includes(errno) === true

/** Whether a call names an object that may be older than the capture. */
export const findsOld = (name: string): boolean => /^(mq_open|shmget|semget|msgget)$/.test(name)
