import type { LockReport, OutShape } from '../../model/params.ts'
import { SIGNALS } from '../../model/signals.ts'
import type { SignalSet } from '../../model/state/signal-set.ts'
import { deathStatus, type WaitStatus } from '../../model/wait-status.ts'
import { Written } from './bytes.ts'
import { numberOfWord } from './numbers.ts'

/** A siginfo as the kernel gave it; `code` as strace writes it. */
export interface SeenSiginfo {
  readonly signal: number
  readonly code: string
  readonly pid: number
  readonly status?: number
  readonly value?: number
}

const SENDER_CODES: Readonly<Record<number, string>> = {
  0: 'SI_USER',
  128: 'SI_KERNEL',
  [-1]: 'SI_QUEUE',
  [-2]: 'SI_TIMER',
  [-3]: 'SI_MESGQ',
  [-6]: 'SI_TKILL',
}
const CHILD_CODES: Readonly<Record<number, string>> = {
  1: 'CLD_EXITED',
  2: 'CLD_KILLED',
  3: 'CLD_DUMPED',
  4: 'CLD_TRAPPED',
  5: 'CLD_STOPPED',
  6: 'CLD_CONTINUED',
}

/** Signals of which positive codes say what fault it was. */
const FAULTS: ReadonlySet<number> = new Set([
  ...[SIGNALS.SIGILL, SIGNALS.SIGTRAP, SIGNALS.SIGBUS, SIGNALS.SIGFPE, SIGNALS.SIGSEGV, SIGNALS.SIGSYS],
])

/** The name of an si_code; a child's may come with any signal. That of a fault is its number. */
export const codeName = (signal: number, code: number): string =>
  SENDER_CODES[code] ?? (FAULTS.has(signal) ? undefined : CHILD_CODES[code]) ?? String(code)

/** The four forms of the word that wait4 stores. Source: wait(2). */
export function waitStatus(word: number): WaitStatus {
  if (word === 0xffff) return 'continued'
  return (word & 0xff) === 0x7f ? { stopped: (word >> 8) & 0xff } : deathStatus(word)
}

/** How many bytes of what the kernel wrote the executor reports, at the most. */
export const REPORTED = 256

/**
 * What the kernel wrote, in the form in which the model's rules say it. `result` is the call's. Members that the model
 * does not follow are left out.
 */
export function readStructure(shape: OutShape, hex: string, result: number): unknown {
  if (hex === '-') return shape === 'data' ? '' : undefined
  const written = new Written(hex)
  switch (shape) {
    case 'wait-status':
      return result > 0 ? waitStatus(written.i32(0)) : undefined
    case 'siginfo':
      return written.i32(0) === 0 ? undefined : siginfo(written)
    case 'fds':
      return written.i32s().filter((fd) => fd >= 0)
    case 'signal-set':
      return signalSet(written, 0)
    case 'action':
      return action(written)
    case 'lock':
      return lock(written)
    case 'number':
    case 'group':
      return written.i32(0)
    case 'shm-status':
      return {
        shm_segsz: written.i64(48),
        shm_cpid: written.i32(80),
        shm_lpid: written.i32(84),
        shm_nattch: written.i64(88),
      }
    case 'sem-values':
      return Array.from({ length: 64 }, (_, i) => written.u16(2 * i))
    case 'msg-status':
      return {
        msg_qnum: written.i64(80),
        msg_qbytes: written.i64(88),
        msg_lspid: written.i32(96),
        msg_lrpid: written.i32(100),
      }
    case 'data':
      return written.text(0, Math.min(result, REPORTED))
    case 'message':
      return { mtype: written.i64(0) }
    case 'limit':
      return { rlim_cur: limit(written.u64(0)), rlim_max: limit(written.u64(8)) }
    case 'queue-attributes':
      return {
        mq_flags: written.i64(0) === numberOfWord('O_NONBLOCK') ? 'O_NONBLOCK' : written.i64(0),
        mq_maxmsg: written.i64(8),
        mq_msgsize: written.i64(16),
        mq_curmsgs: written.i64(24),
      }
    case 'ignored':
      return undefined
  }
}

const limit = (bits: bigint): number => (bits === (1n << 64n) - 1n ? Infinity : Number(bits))

const signalSet = (written: Written, at: number): SignalSet => ({ low: written.i32(at), high: written.i32(at + 4) })

/** Codes of signals that carry a value of their sender's. */
const WITH_VALUE: ReadonlySet<string> = new Set(['SI_QUEUE', 'SI_TIMER', 'SI_MESGQ'])

function siginfo(written: Written): SeenSiginfo {
  const signal = written.i32(0)
  const code = codeName(signal, written.i32(8))
  return {
    signal,
    code,
    pid: written.i32(16),
    ...(code.startsWith('CLD_') && { status: written.i32(24) }),
    ...(WITH_VALUE.has(code) && { value: written.i32(24) }),
  }
}

/** The handler of the executor is the only one that there is. */
function action(written: Written): object {
  const handler = written.i64(0)
  const flags = written.u64(8)
  const names = ['SA_RESTART', 'SA_NOCLDSTOP', 'SA_NOCLDWAIT', 'SA_NODEFER', 'SA_RESETHAND']
  return {
    handler: handler === 0 ? 'SIG_DFL' : handler === 1 ? 'SIG_IGN' : 'handler',
    mask: signalSet(written, 24),
    flags: new Set(names.filter((name) => (flags & BigInt(numberOfWord(name))) !== 0n)),
  }
}

const LOCK_TYPES = ['F_RDLCK', 'F_WRLCK', 'F_UNLCK'] as const
const WHENCES = ['SEEK_SET', 'SEEK_CUR', 'SEEK_END'] as const

const lock = (written: Written): LockReport => ({
  type: LOCK_TYPES[written.i16(0)]!,
  whence: WHENCES[written.i16(2)]!,
  start: written.i64(8),
  length: written.i64(16),
  pid: written.i32(24),
})
