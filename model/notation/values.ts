import type {
  Kind,
  LimitRequest,
  LockReport,
  OutgoingMessage,
  OutShape,
  Param,
  QueueAttributes,
  SemOp,
  SignalEvent,
} from '../params.ts'
import { signalName } from '../signals.ts'
import { ALL_SIGNALS, NO_SIGNALS, sameSignals, signalsOf, type SignalSet } from '../state/signal-set.ts'
import type { Siginfo, SignalAction } from '../state/signals.ts'
import type { WaitStatus } from '../wait-status.ts'
import type { Names } from './names.ts'

/** Strings are cut after this many bytes, as strace cuts them. */
const STRING_MAX = 32
/** The permission bits of what shmget, semget and msgget make. */
const PERMISSIONS = '0600'
/** Where a made-up signal handler stands. */
const HANDLER = '0x4000'

/** An argument as strace writes it. `name` is the parameter's. */
export function printArgument(param: Param<unknown>, value: unknown, names: Names, name: string): string {
  const text = printPlain(param, value, names, name)
  return param.boxed === true ? `[${text}]` : text
}

function printPlain(param: Kind, value: unknown, names: Names, name: string): string {
  switch (param.kind) {
    case 'int':
      return name === 'mode' ? `0${((value as number) >>> 0).toString(8)}` : String(value)
    case 'constant':
    case 'word':
      return value as string
    case 'flags':
      return printFlags(value as ReadonlySet<string>, param.permissions === true ? PERMISSIONS : '')
    case 'fd':
    case 'new-fd':
      return String(value)
    case 'process':
      return names.process(value as number)
    case 'signal':
      return value === 0 ? '0' : signalName(value as number)
    case 'signal-set':
      return printSignalSet(value as SignalSet)
    case 'action':
      return value === null ? 'NULL' : printAction(value as SignalAction)
    case 'path':
      return quote(value as string)
    case 'key':
      return value === 0 ? 'IPC_PRIVATE' : hex(value as number)
    case 'object':
      return names.object(param.of, value as number)
    case 'sem-ops':
      return `[${(value as readonly SemOp[]).map(printSemOp).join(', ')}]`
    case 'sem-values':
      return value === null ? '0x1000' : printNumbers(value as readonly number[])
    case 'message':
      return printMessage(value as OutgoingMessage)
    case 'msg-limit':
      return `{msg_qbytes=${value as number}}`
    case 'lock':
      return value === null ? 'NULL' : printLock(value as LockReport, names)
    case 'limit':
      return value === null ? 'NULL' : printLimit(value as LimitRequest)
    case 'queue-attributes':
      return value === null ? 'NULL' : printQueueAttributes(value as QueueAttributes)
    case 'rights':
      return printNumbers(typeof value === 'number' ? [value] : ((value as readonly number[] | null) ?? []))
    case 'queued-value':
      return `{si_code=SI_QUEUE, si_int=${String(value)}}`
    case 'sigevent':
      return value === null ? 'NULL' : printSignalEvent(value as SignalEvent)
    case 'address':
      return value === 0 ? 'NULL' : hex(value as number)
    case 'timeout':
      return value === null ? 'NULL' : printTime(value as number)
    case 'data':
      return quote(value as string)
    case 'out':
      return printOut(param.shape, value, names)
  }
}

/** What the kernel wrote through a pointer; NULL when it wrote nothing. */
export function printOut(shape: OutShape, value: unknown, names: Names): string {
  if (value === undefined || value === null) return 'NULL'
  switch (shape) {
    case 'wait-status':
      return `[${printWaitStatus(value as WaitStatus)}]`
    case 'siginfo':
      return printSiginfo(value as Siginfo, names)
    case 'fds':
    case 'sem-values':
      return printNumbers(value as readonly number[])
    case 'group':
      return `[${names.process(value as number)}]`
    case 'signal-set':
      return printSignalSet(value as SignalSet)
    case 'action':
      return printAction(value as SignalAction)
    case 'lock':
      return printLock(value as LockReport, names)
    case 'limit':
      return printLimitsSeen(value as Readonly<Record<string, number>>)
    case 'number':
      return `[${value as number}]`
    case 'data':
      return quote(value as string)
    case 'queue-attributes':
    case 'shm-status':
    case 'msg-status':
    case 'message':
      return printFields(value, names)
    case 'ignored':
      return 'NULL'
  }
}

export function printFlags(words: ReadonlySet<string>, permissions = ''): string {
  const all = permissions === '' ? [...words] : [...words, permissions]
  return all.length === 0 ? '0' : all.join('|')
}

export const hex = (value: number): string => `0x${value.toString(16)}`

/** `[USR1 CHLD]`, or what is not in it, `~[KILL]`, where that is shorter. */
export function printSignalSet(set: SignalSet): string {
  if (sameSignals(set, NO_SIGNALS)) return '[]'
  if (sameSignals(set, ALL_SIGNALS)) return '~[]'
  const members = signalsOf(set)
  if (members.length <= 32) return `[${members.map(shortName).join(' ')}]`
  const others = Array.from({ length: 64 }, (_, i) => i + 1).filter((signal) => !members.includes(signal))
  return `~[${others.map(shortName).join(' ')}]`
}

const printNumbers = (numbers: readonly number[]): string => `[${numbers.join(', ')}]`

const shortName = (signal: number): string => signalName(signal).replace(/^SIG/, '')

export function printWaitStatus(status: WaitStatus): string {
  if (status === 'continued') return '{WIFCONTINUED(s)}'
  if ('exited' in status) return `{WIFEXITED(s) && WEXITSTATUS(s) == ${status.exited}}`
  if ('stopped' in status) return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${signalName(status.stopped)}}`
  return `{WIFSIGNALED(s) && WTERMSIG(s) == ${signalName(status.signaled)}${status.core ? ' && WCOREDUMP(s)' : ''}}`
}

/** si_status is a number after CLD_EXITED, and a signal after the other CLD_ codes. */
export function printSiginfo(info: Omit<Siginfo, 'code'> & { readonly code: string }, names: Names): string {
  const { signal, code, pid, status, value } = info
  const fields = [`si_signo=${signalName(signal)}`, `si_code=${code}`]
  if (code !== 'SI_KERNEL') fields.push(`si_pid=${names.process(pid)}`)
  if (status !== undefined) fields.push(`si_status=${code === 'CLD_EXITED' ? String(status) : signalName(status)}`)
  if (value !== undefined) fields.push(`si_int=${value}`)
  return `{${fields.join(', ')}}`
}

function printAction({ handler, mask, flags }: SignalAction): string {
  const where = handler === 'handler' ? HANDLER : handler
  return `{sa_handler=${where}, sa_mask=${printSignalSet(mask)}, sa_flags=${printFlags(flags)}}`
}

function printSemOp({ num, op, undo, nowait }: SemOp): string {
  const flags = [...(nowait ? ['IPC_NOWAIT'] : []), ...(undo ? ['SEM_UNDO'] : [])]
  return `{sem_num=${num}, sem_op=${op}, sem_flg=${flags.length === 0 ? '0' : flags.join('|')}}`
}

function printLock({ type, whence, start, length, pid }: LockReport, names: Names): string {
  const owner = pid === undefined ? '' : `, l_pid=${names.process(pid)}`
  return `{l_type=${type}, l_whence=${whence}, l_start=${start}, l_len=${length}${owner}}`
}

const printLimit = ({ soft, hard }: LimitRequest): string =>
  `{rlim_cur=${printLimitValue(soft)}, rlim_max=${printLimitValue(hard)}}`

/** Those of the two limits that are known, under the kernel's names. */
const printLimitsSeen = (limits: Readonly<Record<string, number>>): string =>
  `{${Object.entries(limits)
    .map(([name, value]) => `${name}=${printLimitValue(value)}`)
    .join(', ')}}`

const printLimitValue = (value: number): string => (value === Infinity ? 'RLIM64_INFINITY' : String(value))

const printQueueAttributes = ({ maxMessages, maxSize, nonblock }: QueueAttributes): string =>
  `{mq_flags=${nonblock ? 'O_NONBLOCK' : '0'}, mq_maxmsg=${maxMessages}, mq_msgsize=${maxSize}, mq_curmsgs=0}`

const printSignalEvent = ({ notify, signal }: SignalEvent): string =>
  notify === 'SIGEV_SIGNAL'
    ? `{sigev_signo=${signalName(signal)}, sigev_notify=SIGEV_SIGNAL}`
    : `{sigev_notify=${notify}}`

const printTime = (ms: number): string => `{tv_sec=${Math.floor(ms / 1000)}, tv_nsec=${(ms % 1000) * 1_000_000}}`

/** A structure as the outcome has it, under the kernel's names of its members; those that end in `pid` are processes. */
const printMessage = ({ mtype, mtext = '' }: OutgoingMessage): string => `{mtype=${mtype}, mtext=${quote(mtext)}}`

function printFields(value: unknown, names: Names): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Object.entries(value as Record<string, unknown>).map(([field, content]) => {
    if (typeof content === 'number') return `${field}=${field.endsWith('pid') ? names.process(content) : content}`
    const text = String(content)
    return `${field}=${field !== 'mtext' && FLAG_WORDS.test(text) ? text : quote(text)}`
  })
  return `{${fields.join(', ')}}`
}

const FLAG_WORDS = /^[A-Z][A-Z_|]+$/

/** strace's escapes: octal, for bytes that do not print. */
const escape = (char: string): string =>
  char === '\n' ? '\\n' : /["\\]/.test(char) ? `\\${char}` : `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`

const quote = (text: string): string => {
  const shown = `"${text.slice(0, STRING_MAX).replace(/["\\]|[^ -~]/g, escape)}"`
  return text.length > STRING_MAX ? `${shown}...` : shown
}
