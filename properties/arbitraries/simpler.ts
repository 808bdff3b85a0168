import { flagSet, type Kind, type LockRequest, type SemOp } from '../../model/params.ts'
import { FIRST_STEP, isHandle, type Argument, type Step } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { SIGCHLD, SIGKILL, SIGTERM, SIGUSR1 } from '../../model/signals.ts'
import { NO_SIGNALS, sameSignals, type SignalSet } from '../../model/state/signal-set.ts'
import type { SignalAction } from '../../model/state/signals.ts'

/** The arguments of a step with one of them simpler, simplest first. */
export function* simplerArguments(step: Step, rules: Rules): Iterable<Step['args']> {
  const params = rules.syscalls.get(step.call)?.params ?? {}
  for (const name in step.args) {
    const param = params[name]
    if (param === undefined) continue
    for (const argument of simpler(param, step.args[name])) yield { ...step.args, [name]: argument }
  }
}

/** Those before `value` in a list that runs from simple to odd; the whole list when `value` is not in it. */
const before = <T>(list: readonly T[], value: T): readonly T[] => {
  const place = list.indexOf(value)
  return place < 0 ? list : list.slice(0, place)
}

const PLAIN_SIGNALS = [SIGKILL, SIGTERM, SIGUSR1, SIGCHLD]

function simpler(param: Kind, value: Argument): readonly Argument[] {
  if (isHandle(value)) return param.kind === 'process' && value.negated === true ? [{ made: value.made }] : []
  switch (param.kind) {
    case 'int':
      return before(param.among, value as number)
    case 'word':
      return before(param.words, value as string)
    case 'flags':
      return [...(value as ReadonlySet<string>)].map((word) =>
        flagSet(...[...(value as ReadonlySet<string>)].filter((other) => other !== word)),
      )
    case 'signal':
      return before(PLAIN_SIGNALS, value as number)
    case 'signal-set':
      return sameSignals(value as SignalSet, NO_SIGNALS) ? [] : [NO_SIGNALS]
    case 'action':
      return value === null ? [] : simplerActions(value as SignalAction)
    case 'sem-ops':
      return simplerOps(value as readonly SemOp[])
    case 'lock':
      return value === null ? [] : simplerLocks(value as LockRequest)
    case 'limit':
    case 'queue-attributes':
      return value === null ? [] : [null]
    case 'process':
      return param.role === 'wait' ? before([-1], value as number) : before([{ made: FIRST_STEP }], value)
    case 'key':
      return before([0, 1], value as number)
    case 'new-fd':
      return before([0, 1, 2, 3, 4, 5], value as number)
    case 'timeout':
      return value === null ? [] : [null]
    case 'data':
      return before(['a', 'abc'], value as string)
    case 'limit':
    case 'queue-attributes':
    case 'rights':
    case 'sigevent':
      return value === null ? [] : [null]
    case 'queued-value':
      return before([0], value)
    case 'constant':
    case 'fd':
    case 'path':
    case 'object':
    case 'address':
    case 'sigevent':
    case 'sem-values':
    case 'message':
    case 'msg-limit':
    case 'out':
      return []
  }
}

function simplerActions(action: SignalAction): SignalAction[] {
  const all: SignalAction[] = []
  if (!sameSignals(action.mask, NO_SIGNALS)) all.push({ ...action, mask: NO_SIGNALS })
  for (const flag of action.flags)
    all.push({ ...action, flags: flagSet(...[...action.flags].filter((other) => other !== flag)) })
  return all
}

function simplerOps(ops: readonly SemOp[]): (readonly SemOp[])[] {
  if (ops.length > 1) return ops.map((op) => [op])
  const [op] = ops
  if (op === undefined) return []
  const all: SemOp[] = []
  if (op.num !== 0) all.push({ ...op, num: 0 })
  if (op.nowait) all.push({ ...op, nowait: false })
  if (op.undo) all.push({ ...op, undo: false })
  if (Math.abs(op.op) > 1) all.push({ ...op, op: Math.sign(op.op) })
  return all.map((simplest) => [simplest])
}

function simplerLocks(lock: LockRequest): LockRequest[] {
  const all: LockRequest[] = []
  if (lock.whence !== 'SEEK_SET') all.push({ ...lock, whence: 'SEEK_SET' })
  if (lock.start !== 0) all.push({ ...lock, start: 0 })
  if (lock.length !== 0) all.push({ ...lock, length: 0 })
  if (lock.type === 'F_RDLCK') all.push({ ...lock, type: 'F_WRLCK' })
  return all
}
