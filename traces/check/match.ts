import type { Kernel } from '../../model/kernel.ts'
import type { Kind, LockReport, OutShape } from '../../model/params.ts'
import { NO_SIGNALS, sameSignals, type SignalSet } from '../../model/state/signal-set.ts'
import { DEFAULT_ACTION, type Siginfo, type SignalAction } from '../../model/state/signals.ts'
import type { OutValues, Result, Syscall } from '../../model/syscall.ts'
import type { WaitStatus } from '../../model/wait-status.ts'
import { handlerOf, isAddress, valueAt } from '../strace/decode.ts'
import type { Naming } from '../strace/naming.ts'
import type { Result as Seen } from '../strace/result.ts'
import { memberOf, numberOf, signalOf, signalSetOf, waitStatusOf, type ArgValue, type Field } from '../strace/values.ts'

/** Whether a result that the model allows is the one that was seen. */
export function agreesOnResult(syscall: Syscall, allowed: Result, seen: Seen, naming: Naming, kernel: Kernel): boolean {
  if (syscall.returns === 'restored') return seen.kind !== 'none'
  if (syscall.returns === 'some' && seen.kind === 'value') return typeof allowed === 'number'
  switch (seen.kind) {
    case 'none':
      return false
    case 'error':
      return allowed === seen.errno
    case 'restart':
      return typeof allowed === 'string' && (allowed === seen.code || seen.code === 'ERESTARTNOINTR')
    case 'value':
      return typeof allowed === 'number' && agreesOnNumber(syscall, allowed, seen.value, naming, kernel)
  }
}

function agreesOnNumber(syscall: Syscall, allowed: number, seen: number, naming: Naming, kernel: Kernel): boolean {
  const { makes, returns } = syscall
  if (makes === 'shm' || makes === 'sem' || makes === 'msg') return agreesOnObject(makes, allowed, seen, naming, kernel)
  if (makes === 'process' || makes === 'thread') return naming.known(seen) === allowed
  // Zero is no process: wait4 under WNOHANG, getppid of a child whose parent is outside the namespace.
  if (returns === 'process') return seen === 0 || allowed === 0 ? seen === allowed : naming.agrees(seen, allowed)
  if (returns === 'group') return naming.agreesOnGroup(seen, allowed)
  return allowed === seen
}

/** An identifier of System V is bound at first sight, and anew when the object that bore it is gone. */
function agreesOnObject(
  of: 'shm' | 'sem' | 'msg',
  allowed: number,
  seen: number,
  naming: Naming,
  kernel: Kernel,
): boolean {
  const known = naming.object(of, seen)
  const tables = { shm: kernel.shms, sem: kernel.sems, msg: kernel.msgs }
  if (known !== undefined && tables[of].has(known)) return known === allowed
  naming.bindObject(of, seen, allowed)
  return true
}

/** The first out-parameter on which what the model allows and what was seen differ; undefined when they agree. */
export function differsAt(
  syscall: Syscall,
  out: OutValues | null,
  fields: readonly Field[],
  naming: Naming,
): string | undefined {
  if (out === null) return undefined
  for (const { name, shape, position } of writtenOf(syscall)) {
    if (!(name in out)) continue
    const value = valueAt(fields, name, position)
    if (value === undefined) continue
    if (!agreesOnOut(shape, out[name], value.kind === 'change' ? value.after : value, naming)) return name
  }
  return undefined
}

/** A parameter through which the kernel writes, and where it stands among the arguments. */
interface Written {
  readonly name: string
  readonly shape: OutShape
  readonly position: number
}

const WRITTEN = new WeakMap<Syscall, readonly Written[]>()

function writtenOf(syscall: Syscall): readonly Written[] {
  let written = WRITTEN.get(syscall)
  if (written === undefined) {
    written = Object.entries(syscall.params).flatMap(([name, param], position) => {
      const shape = shapeOf(param)
      return shape === undefined ? [] : [{ name, shape, position }]
    })
    WRITTEN.set(syscall, written)
  }
  return written
}

/** What the kernel writes there; undefined for what it only reads. */
function shapeOf(param: Kind): OutShape | undefined {
  if (param.kind === 'out') return param.shape
  return param.kind === 'lock' && param.overwritten ? 'lock' : undefined
}

/** An address alone, or text cut short, says nothing and so agrees with everything. */
function agreesOnOut(shape: OutShape, allowed: unknown, seen: ArgValue, naming: Naming): boolean {
  if (seen.kind === 'unavailable' || isAddress(seen) || (numberOf(seen) !== undefined && shape !== 'number'))
    return true
  switch (shape) {
    case 'wait-status':
      return agreesOnStatus(allowed as WaitStatus, seen)
    case 'siginfo':
      return allowed === null || agreesOnSiginfo(allowed as Siginfo, seen, naming)
    case 'fds':
      return (
        seen.kind === 'array' &&
        (seen.cut || seen.items.length === (allowed as readonly number[]).length) &&
        seen.items.every((item, i) => {
          const fd = numberOf(item)
          return (seen.cut && fd === undefined) || fd === (allowed as readonly number[])[i]
        })
      )
    case 'signal-set': {
      const signals = signalSetOf(seen)
      return signals === undefined || sameSignals(signals, (allowed as SignalSet | null) ?? NO_SIGNALS)
    }
    case 'action':
      return agreesOnAction(allowed as SignalAction, seen, naming.closed)
    case 'lock':
      return agreesOnLock(allowed as LockReport, seen, naming)
    case 'group':
    case 'number': {
      if (numberOf(seen) === 0) return true // NULL: what is written stands in brackets.
      const inner = seen.kind === 'array' && seen.items.length === 1 ? seen.items[0]! : seen
      const number = numberOf(inner) ?? signalOf(inner)
      if (number === undefined) return true
      return shape === 'group' && number > 0 ? naming.agreesOnGroup(number, allowed as number) : number === allowed
    }
    case 'data':
    case 'message':
      if (typeof allowed === 'object' && allowed !== null) return agreesOnMembers(allowed, seen, naming)
      if (seen.kind !== 'string' || typeof allowed !== 'string') return true
      return seen.cut ? allowed.startsWith(seen.bytes) : allowed === seen.bytes
    case 'shm-status':
    case 'msg-status':
    case 'sem-values':
    case 'limit':
    case 'queue-attributes':
      return agreesOnMembers(allowed as object, seen, naming)
    case 'ignored':
      return true
  }
}

export function agreesOnStatus(allowed: WaitStatus, seen: ArgValue): boolean {
  const status = waitStatusOf(seen)
  if (status === undefined) return true
  if (allowed === 'continued') return status.how === 'continued'
  if ('exited' in allowed) return status.how === 'exited' && status.code === allowed.exited
  if ('stopped' in allowed) return status.how === 'stopped' && status.signal === allowed.stopped
  return status.how === 'signaled' && status.signal === allowed.signaled && status.core === allowed.core
}

/** Codes which a process can make up for another; what comes with them is no fact. */
const KERNEL_CODES = /^(SI_USER|SI_TKILL|SI_KERNEL|SI_MESGQ|CLD_[A-Z]+)$/

/** Whether the siginfo of a signal is the one that was seen, as far as it was shown. */
export function agreesOnSiginfo(allowed: Siginfo, seen: ArgValue, naming: Naming): boolean {
  return isSiginfo(allowed, seen, naming) || allowed.others?.some((other) => isSiginfo(other, seen, naming)) === true
}

/** Whoever sent it with rt_sigqueueinfo has said what it tells. */
const isMadeUp = ({ code, value }: Siginfo): boolean => code === 'SI_QUEUE' && value === undefined

function isSiginfo(allowed: Siginfo, seen: ArgValue, naming: Naming): boolean {
  const signo = memberOf(seen, 'si_signo')
  if (signo !== undefined && signalOf(signo) !== allowed.signal) return false
  const code = memberOf(seen, 'si_code')
  const name = code?.kind === 'flags' ? code.names[0] : undefined
  const value = memberOf(seen, 'si_int')
  if (value !== undefined && allowed.value !== undefined && numberOf(value) !== allowed.value) return false
  if (name === undefined || !KERNEL_CODES.test(name) || isMadeUp(allowed)) return true
  if (name !== allowed.code) return false
  const pid = memberOf(seen, 'si_pid')
  const from = pid && numberOf(pid)
  if (from !== undefined && from !== 0 && naming.known(from) !== undefined && naming.known(from) !== allowed.pid)
    return false
  const status = memberOf(seen, 'si_status')
  if (status === undefined || allowed.status === undefined) return true
  const shown = numberOf(status) ?? signalOf(status)
  // The parent's wait takes the number of the stop away, perhaps before it is read for the signal.
  return shown === allowed.status || (shown === 0 && allowed.code === 'CLD_STOPPED')
}

/**
 * A handler is an address, of which nothing is known but that it is one. A signal may have been ignored since before the
 * capture.
 */
function agreesOnAction(allowed: SignalAction, seen: ArgValue, closed: boolean): boolean {
  const shown = memberOf(seen, 'sa_handler') ?? memberOf(seen, 'sa_sigaction')
  if (shown === undefined) return true
  const handler = handlerOf(shown)
  return handler === allowed.handler || (handler === 'SIG_IGN' && allowed === DEFAULT_ACTION && !closed)
}

function agreesOnLock({ type, whence, start, length, pid }: LockReport, seen: ArgValue, naming: Naming): boolean {
  const members = {
    l_type: type,
    l_whence: whence,
    l_start: start,
    l_len: length,
    ...(pid !== undefined && { l_pid: pid }),
  }
  return agreesOnMembers(members, seen, naming)
}

/**
 * Two texts of which each may be the beginning of a longer one; strace shows of a buffer also what lies behind the message.
 * Source: strace's msgrcv, which prints as many bytes as there is room for.
 */
const beginAlike = (one: string, other: string): boolean => {
  const known = Math.min(one.length, other.length)
  return one.slice(0, known) === other.slice(0, known)
}

/** Members of a structure by the names that both sides have; numbers of processes by their naming. */
function agreesOnMembers(allowed: object, seen: ArgValue, naming: Naming): boolean {
  return Object.entries(allowed).every(([name, value]) => {
    const member = memberOf(seen, name)
    if (member === undefined) return true
    if (typeof value === 'string' && member.kind === 'string') return beginAlike(member.bytes, value)
    if (typeof value === 'string') return member.kind !== 'flags' || member.names.join('|') === value
    const number = numberOf(member)
    if (number === undefined || typeof value !== 'number') return true
    return name.endsWith('pid') && value > 0 ? naming.agrees(number, value) : number === value
  })
}
