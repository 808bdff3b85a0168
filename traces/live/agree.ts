import type { Kernel } from '../../model/kernel.ts'
import type { Kind, LockReport, OutShape } from '../../model/params.ts'
import { sameSignals, type SignalSet } from '../../model/state/signal-set.ts'
import type { Siginfo, SignalAction } from '../../model/state/signals.ts'
import { isRestartCode, type OutValues, type Result, type Syscall } from '../../model/syscall.ts'
import type { WaitStatus } from '../../model/wait-status.ts'
import type { Bindings } from './bindings.ts'
import { REPORTED, type SeenSiginfo } from './structures.ts'

/** Whether a result that the model allows is the one that was seen. Binds the identifier of a new object. */
export function agreesOnResult(
  { makes }: Syscall,
  allowed: Result,
  seen: Result,
  bindings: Bindings,
  kernel: Kernel,
): boolean {
  if (typeof seen === 'string' || typeof allowed === 'string') return allowed === seen || isInterruption(allowed, seen)
  if (makes !== 'shm' && makes !== 'sem' && makes !== 'msg') return allowed === seen
  const tables = { shm: kernel.shms, sem: kernel.sems, msg: kernel.msgs }
  const known = bindings.has(makes, seen) ? bindings.known(makes, seen) : undefined
  if (known !== undefined && tables[makes].has(known)) return known === allowed
  bindings.bind(makes, seen, allowed)
  return true
}

/** Interrupted by a handler: whether the call starts again after it is seen later. */
const isInterruption = (allowed: Result, seen: Result): boolean =>
  seen === 'EINTR' && isRestartCode(allowed) && allowed !== 'ERESTARTNOINTR'

/** Whether all that the kernel wrote through pointers is what the model says, as far as it says anything. */
export function agreesOnOut({ params }: Syscall, allowed: OutValues | null, seen: OutValues | null): boolean {
  if (allowed === null || seen === null) return true
  for (const name in allowed) {
    const shape = shapeOf(params[name])
    if (shape !== undefined && !agreesOn(shape, allowed[name], seen[name])) return false
  }
  return true
}

function shapeOf(param: Kind | undefined): OutShape | undefined {
  if (param?.kind === 'out') return param.shape
  return param?.kind === 'lock' && param.overwritten ? 'lock' : undefined
}

function agreesOn(shape: OutShape, allowed: unknown, seen: unknown): boolean {
  if (allowed === undefined) return true
  switch (shape) {
    case 'wait-status':
      return seen === undefined ? allowed === null : agreesOnStatus(allowed as WaitStatus | null, seen as WaitStatus)
    case 'siginfo':
      if (allowed === null || seen === undefined) return seen === undefined && allowed === null
      return agreesOnSignal(allowed as Siginfo, seen as SeenSiginfo)
    case 'fds':
      return sameNumbers(allowed as readonly number[], seen as readonly number[])
    case 'signal-set':
      return allowed === null || sameSignals(allowed as SignalSet, seen as SignalSet)
    case 'action':
      return agreesOnAction(allowed as SignalAction, seen as SignalAction)
    case 'lock':
      return agreesOnLock(allowed as LockReport, seen as LockReport)
    case 'number':
    case 'group':
      return allowed === seen
    case 'data':
      return (allowed as string).slice(0, REPORTED) === seen
    case 'sem-values':
      return (allowed as readonly number[]).every((value, i) => value === (seen as readonly number[])[i])
    case 'shm-status':
    case 'msg-status':
    case 'message':
    case 'limit':
    case 'queue-attributes':
      return agreesOnMembers(allowed as object, seen as Readonly<Record<string, unknown>>)
    case 'ignored':
      return true
  }
}

const sameNumbers = (allowed: readonly number[], seen: readonly number[]): boolean =>
  allowed.length === seen.length && allowed.every((number, i) => number === seen[i])

const agreesOnMembers = (allowed: object, seen: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(allowed).every(([name, value]) => !(name in seen) || value === undefined || seen[name] === value)

function agreesOnStatus(allowed: WaitStatus | null, seen: WaitStatus): boolean {
  if (allowed === null || allowed === 'continued' || seen === 'continued') return allowed === seen
  if ('exited' in allowed) return 'exited' in seen && allowed.exited === seen.exited
  if ('stopped' in allowed) return 'stopped' in seen && allowed.stopped === seen.stopped
  return 'signaled' in seen && allowed.signaled === seen.signaled && allowed.core === seen.core
}

/** Whether a siginfo that the model allows is the one that was seen, as far as the kernel vouches for its members. */
export function agreesOnSignal(allowed: Siginfo, seen: SeenSiginfo): boolean {
  if (allowed.signal !== seen.signal || allowed.code !== seen.code) return false
  // What comes with sigqueue's code is the sender's invention; the kernel itself names nobody.
  if (seen.code === 'SI_QUEUE' || seen.code === 'SI_KERNEL') return true
  if (allowed.pid !== seen.pid) return false
  if (allowed.status === undefined || seen.status === undefined || allowed.status === seen.status) return true
  // The parent's wait takes the number of the stop away, perhaps before it is read for the signal.
  return seen.status === 0 && seen.code === 'CLD_STOPPED'
}

const agreesOnAction = (allowed: SignalAction, seen: SignalAction): boolean =>
  allowed.handler === seen.handler &&
  (allowed.handler !== 'handler' ||
    (sameSignals(allowed.mask, seen.mask) &&
      [...allowed.flags].every((flag) => flag === 'SA_SIGINFO' || seen.flags.has(flag)) &&
      [...seen.flags].every((flag) => allowed.flags.has(flag))))

function agreesOnLock(allowed: LockReport, seen: LockReport): boolean {
  if (allowed.type !== seen.type) return false
  // F_UNLCK leaves the rest as the caller wrote it.
  if (allowed.type === 'F_UNLCK') return true
  return (
    allowed.whence === seen.whence &&
    allowed.start === seen.start &&
    allowed.length === seen.length &&
    (allowed.pid === undefined || allowed.pid === seen.pid)
  )
}
