import type {
  LimitRequest,
  LockQuery,
  OutgoingMessage,
  OutShape,
  Param,
  QueueAttributes,
  SemOp,
  SignalEvent,
} from '../../model/params.ts'
import { fdOfMagicLink } from '../../model/functions/magic-links.ts'
import { FIRST_STEP, isHandle, type Argument, type Handle, type Program, type Step } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import type { SignalSet } from '../../model/state/signal-set.ts'
import type { SignalAction } from '../../model/state/signals.ts'
import type { Syscall } from '../../model/syscall.ts'
import { Bytes } from './bytes.ts'
import { whyNot } from './cannot.ts'
import { bitsOf, numberOfWord } from './numbers.ts'

/** What the kernel writes during a call: by which parameter, in which shape. */
export interface Block {
  readonly name: string
  readonly shape: OutShape
  /** Bytes of data; absent: as many as the call's result says. */
  readonly length?: number
}

export interface EncodedStep {
  /** A line for the executor, whose steps are numbered from 1 in the order of the program. */
  readonly line: string
  /** In the order in which the executor reports them. */
  readonly blocks: readonly Block[]
}

/** A program cannot be run: it uses what the executor does not know. */
export class CannotEncode extends Error {
  override readonly name = 'CannotEncode'
}

/** Part of a mapping: an address that a step made, and so many bytes more. */
export interface Inside extends Handle {
  readonly plus?: number
}

/** Room for all the semaphores of a set, for the names of the longest path, and so on. */
const SIZES: Readonly<Record<Exclude<OutShape, 'data' | 'message'>, number>> = {
  'wait-status': 4,
  siginfo: 128,
  fds: 64,
  'signal-set': 8,
  action: 32,
  lock: 32,
  number: 4,
  group: 4,
  'shm-status': 112,
  'sem-values': 128,
  'msg-status': 120,
  limit: 16,
  'queue-attributes': 64,
  ignored: 0,
}
const LARGEST = 70_000
const PERMISSIONS = 0o600

/** What IPC_SET takes: it stays root's, with the permissions that it was made with. */
const OWNED = new Bytes(112).i32(20, PERMISSIONS)

/** Every step as the executor takes it. Errors: CannotEncode, with the call and the reason. */
export function encodeProgram(program: Program, rules: Rules): EncodedStep[] {
  const places = new Map<number, number>([[FIRST_STEP, 0]])
  program.steps.forEach(({ id }, index) => places.set(id, index + 1))
  const makers = new Map(program.steps.map(({ id, call }) => [id, rules.syscalls.get(call)]))
  return program.steps.map((step) => {
    const syscall = rules.syscalls.get(step.call)
    if (syscall === undefined) throw new CannotEncode(`${step.call} is not modelled`)
    const reason = whyNot(syscall, step.args)
    if (reason !== undefined) throw new CannotEncode(`${step.call}: ${reason}`)
    return new StepEncoder(syscall, step, places, makers).encode()
  })
}

/** Writes one step. */
class StepEncoder {
  private readonly blocks: Block[] = []
  private readonly syscall: Syscall
  private readonly step: Step
  private readonly places: ReadonlyMap<number, number>
  private readonly makers: ReadonlyMap<number, Syscall | undefined>

  constructor(
    syscall: Syscall,
    step: Step,
    places: ReadonlyMap<number, number>,
    makers: ReadonlyMap<number, Syscall | undefined>,
  ) {
    this.syscall = syscall
    this.step = step
    this.places = places
    this.makers = makers
  }

  encode(): EncodedStep {
    const { name, tokens } = this.layout()
    const line = ['s', this.place(this.step.by), name, ...tokens].join(' ')
    return { line, blocks: this.blocks }
  }

  private place(step: number): number {
    const place = this.places.get(step)
    if (place === undefined) throw new CannotEncode(`${this.step.call} names step ${step}, which is not there`)
    return place
  }

  /** Most calls take their arguments in the order in which strace shows them; these do not, or are no calls at all. */
  private layout(): { name: string; tokens: readonly unknown[] } {
    const { name } = this.syscall
    const { args } = this.step
    switch (name) {
      case 'fork':
        return { name: 'clone', tokens: [numberOfWord('SIGCHLD')] }
      case 'vfork':
        return { name: 'clone', tokens: [bitsOf(new Set(['CLONE_VM', 'CLONE_VFORK', 'SIGCHLD']))] }
      case 'clone':
        // The stack is the worker's own, whatever is asked for; yet what it names must be there.
        return { name, tokens: [cloneBits(args.flags), this.token('child_stack')] }
      case 'clone3':
        return { name, tokens: [cloneBits(args.flags), args.exit_signal, args.size] }
      case 'execve':
      case 'execveat':
        return { name: 'execve', tokens: [this.token('filename')] }
      case 'semop':
      case 'semtimedop': {
        const rest = name === 'semop' ? [] : [this.token('timeout')]
        return { name, tokens: [this.token('id'), this.token('ops'), (args.ops as readonly SemOp[]).length, ...rest] }
      }
      case 'rt_sigaction':
        return { name, tokens: [args.sig, ...action(args.act as SignalAction | null), this.token('oldact'), 8] }
      case 'store': {
        const text = args.text as string
        return { name, tokens: [this.token('addr'), this.token('text'), text.length] }
      }
      case 'sendmsg': {
        const tokens = ['fd', 'text', 'size', 'flags'].map((param) => this.token(param))
        return { name, tokens: [...tokens, ...this.passed(args.rights)] }
      }
      case 'recvmsg':
        return { name, tokens: ['fd', 'fds', 'text', 'count', 'flags'].map((param) => this.token(param)) }
      case 'semctl':
        if (this.syscall.form !== 'IPC_STAT' && this.syscall.form !== 'IPC_SET') break
        return { name, tokens: [this.token('id'), this.token('num'), this.token('command'), block(OWNED)] }
      case 'shmctl':
        if (this.syscall.form !== 'IPC_SET') break
        return { name, tokens: [this.token('id'), this.token('command'), block(OWNED)] }
    }
    return { name, tokens: Object.keys(this.syscall.params).map((param) => this.token(param)) }
  }

  private token(name: string): string {
    const param = this.syscall.params[name]!
    const value = this.step.args[name]
    if (isHandle(value)) {
      const reference = this.reference(param, value)
      return param.boxed === true ? `@${reference}` : reference
    }
    const text = this.plain(name, param, value)
    return param.boxed === true ? block(new Bytes(4).i32(0, Number(text))) : text
  }

  private reference(param: Param<unknown>, handle: Inside): string {
    const sign = handle.negated === true ? '-' : ''
    const place = this.place(handle.made)
    if (param.kind === 'process') return `${sign}~${place}`
    if (this.makers.get(handle.made)?.makes === 'fds') return `${sign}<${place}.${handle.part ?? 0}`
    return `${sign}=${place}${handle.plus === undefined ? '' : `+${handle.plus}`}`
  }

  /** The descriptors that a message carries: how many, and the numbers. */
  private passed(rights: Argument): readonly string[] {
    if (isHandle(rights)) return ['1', `@${this.reference(this.syscall.params.rights!, rights)}`]
    const fds = rights === null ? [] : typeof rights === 'number' ? [rights] : (rights as readonly number[])
    const bytes = new Bytes(4 * fds.length)
    fds.forEach((fd, i) => bytes.i32(4 * i, fd))
    return fds.length === 0 ? ['0', '0'] : [String(fds.length), block(bytes)]
  }

  private plain(name: string, param: Param<unknown>, value: Argument): string {
    switch (param.kind) {
      case 'int':
      case 'fd':
      case 'new-fd':
      case 'process':
      case 'signal':
      case 'key':
      case 'object':
      case 'address':
        return BigInt((value as number | null) ?? 0).toString()
      case 'constant':
        return String(numberOfWord(param.word))
      case 'word':
        return String(numberOfWord(value as string))
      case 'flags':
        return String(
          bitsOf(value as ReadonlySet<string>) + (param.permissions === true || name === 'mode' ? PERMISSIONS : 0),
        )
      case 'signal-set':
        return value === null ? '0' : block(signalBytes(value as SignalSet))
      case 'action':
        throw new CannotEncode(`${this.step.call} has no layout for its action`)
      case 'path':
        if (fdOfMagicLink(value as string) !== undefined)
          throw new CannotEncode(`${this.step.call}: the executor hides /proc from programs`)
        return string(param.space === 'queue' ? (value as string).replace(/^\//, '') : (value as string))
      case 'sem-ops':
        return block(semOps(value as readonly SemOp[]))
      case 'sem-values':
        return block(semValues(value as readonly number[]))
      case 'message':
        return `${messageBlock(value as OutgoingMessage, this.length())}+${8 + this.length()}`
      case 'msg-limit':
        return block(new Bytes(120).i32(20, PERMISSIONS).i64(88, value as number))
      case 'lock':
        if (param.overwritten) this.blocks.push({ name, shape: 'lock' })
        return `${param.overwritten ? '{' : '"'}${lock(value as LockQuery).hex()}`
      case 'timeout':
        if (value === null) return '0'
        return name === 'deadline' && (value as number) >= 0 ? `^${value as number}` : block(timespec(value as number))
      case 'data':
        return `${string(value as string, false)}+${Math.max(this.length(), (value as string).length)}`
      case 'limit':
        return value === null ? '0' : block(limit(value as LimitRequest))
      case 'queue-attributes':
        return value === null ? '0' : block(queueAttributes(value as QueueAttributes))
      case 'rights':
        throw new Error('the rights of a message have a place of their own')
      case 'queued-value':
        return block(queued(this.step.args.sig as number, value as number))
      case 'sigevent':
        return value === null ? '0' : block(signalEvent(value as SignalEvent))
      case 'out':
        return this.out(name, param.shape)
    }
  }

  private out(name: string, shape: OutShape): string {
    if (shape === 'ignored') return '0'
    this.blocks.push({ name, shape, ...(this.syscall.name === 'load' && { length: this.length() }) })
    if (shape === 'data') return `[${this.length()}`
    if (shape === 'fds') return `{${'ff'.repeat(SIZES.fds)}`
    return shape === 'message' ? `[${8 + this.length()}` : `[${SIZES[shape]}`
  }

  /** How many bytes the call is told to move. */
  private length(): number {
    const { count, size, length, text } = this.step.args
    const said = count ?? size ?? length ?? (typeof text === 'string' ? text.length : 0)
    return Math.min(Math.max(0, said as number), LARGEST)
  }
}

const messageBlock = ({ mtype, mtext = '' }: OutgoingMessage, length: number): string =>
  block(new Bytes(8).i64(0, mtype)) + string(mtext.slice(0, length), false).slice(1)

const block = (bytes: Bytes): string => `"${bytes.hex()}`

const string = (text: string, terminated = true): string =>
  `"${Buffer.from(terminated ? `${text}\0` : text, 'latin1').toString('hex')}`

/** CLONE_SETTLS is left out: the executor's workers have no storage of their own. */
const cloneBits = (flags: Argument): number =>
  bitsOf(new Set([...(flags as ReadonlySet<string>)].filter((flag) => flag !== 'CLONE_SETTLS')))

/** Signal actions go by words, since only the executor knows where its handler is: -1 none, 0 default, 1 ignore, 2 handler. */
function action(act: SignalAction | null): readonly string[] {
  if (act === null) return ['-1', '0', '0']
  const how = { SIG_DFL: '0', SIG_IGN: '1', handler: '2' }[act.handler]
  return [how, String(bitsOf(act.flags)), `0x${signalBits(act.mask).toString(16)}`]
}

const signalBits = ({ low, high }: SignalSet): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)

const signalBytes = (set: SignalSet): Bytes => new Bytes(8).i64(0, signalBits(set))

function semOps(ops: readonly SemOp[]): Bytes {
  const bytes = new Bytes(6 * ops.length)
  ops.forEach(({ num, op, undo, nowait }, i) => {
    bytes.i16(6 * i, num).i16(6 * i + 2, op)
    bytes.i16(6 * i + 4, (undo ? numberOfWord('SEM_UNDO') : 0) | (nowait ? numberOfWord('IPC_NOWAIT') : 0))
  })
  return bytes
}

function semValues(values: readonly number[]): Bytes {
  const bytes = new Bytes(SIZES['sem-values'])
  values.forEach((value, i) => bytes.i16(2 * i, value))
  return bytes
}

/** The largest offset is no number of ours: what is as large as it can be stands for it. */
const offset = (value: number): bigint => (value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(value))

/** A question of unknown type is asked for a write lock, with which everything conflicts. */
const lock = ({ type, whence, start, length }: LockQuery): Bytes =>
  new Bytes(SIZES.lock)
    .i16(0, numberOfWord(type === 'unknown' ? 'F_WRLCK' : type))
    .i16(2, numberOfWord(whence))
    .i64(8, offset(start))
    .i64(16, offset(length))

const timespec = (ms: number): Bytes =>
  new Bytes(16).i64(0, Math.floor(ms / 1000)).i64(8, Math.round((ms % 1000) * 1e6))

const limitBits = (value: number): bigint => (value === Infinity ? -1n : BigInt(value))

const limit = ({ soft, hard }: LimitRequest): Bytes => new Bytes(16).i64(0, limitBits(soft)).i64(8, limitBits(hard))

const queueAttributes = ({ maxMessages, maxSize, nonblock }: QueueAttributes): Bytes =>
  new Bytes(SIZES['queue-attributes'])
    .i64(0, nonblock ? numberOfWord('O_NONBLOCK') : 0)
    .i64(8, maxMessages)
    .i64(16, maxSize)

/** The code of sigqueue(3). */
const SI_QUEUE = -1

const queued = (signal: number, value: number): Bytes =>
  new Bytes(SIZES.siginfo).i32(0, signal).i32(8, SI_QUEUE).i32(24, value)

const signalEvent = ({ notify, signal }: SignalEvent): Bytes =>
  new Bytes(64).i32(8, signal).i32(12, numberOfWord(notify))
