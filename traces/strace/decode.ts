import {
  type LimitRequest,
  type LockQuery,
  type LockRequest,
  type OutgoingMessage,
  type Param,
  type QueueAttributes,
  type SemOp,
  type SignalEvent,
  flagSet,
} from '../../model/params.ts'
import type { ActionFlag, SignalAction } from '../../model/state/signals.ts'
import { NO_SIGNALS, type SignalSet } from '../../model/state/signal-set.ts'
import type { Syscall } from '../../model/syscall.ts'
import { namesIn, numberNamed } from './constants.ts'
import { detached } from './names.ts'
import type { Naming } from './naming.ts'
import { signalName } from './signals.ts'
import { memberOf, numberOf, signalOf, signalSetOf, type ArgValue, type Field } from './values.ts'

/** Arguments as a rule takes them, or why they cannot be had. */
export type Decoded =
  | { readonly args: Readonly<Record<string, unknown>> }
  /** Another form of the call. */
  | { readonly mismatch: true }
  /** `isUnseen`: the capture gives an address alone where a structure stands (-e raw=, -e verbose=none). */
  | { readonly undecided: string; readonly isUnseen: boolean }

class Unreadable extends Error {}
class Unseen extends Unreadable {}
class Elsewhere extends Error {}

const MISMATCH: Decoded = { mismatch: true }

/** Read the arguments of a call, by the kinds of its parameters. A field that bears a parameter's name is that one. */
export function decodeArguments(syscall: Syscall, shown: readonly Field[], naming: Naming): Decoded {
  const { constants, inputs } = placesOf(syscall)
  const fields = unfolded(syscall, shown)
  if (syscall.name === 'clone3' && isAddress(shown[0]?.value))
    return { undecided: 'clone3: the arguments are not shown', isUnseen: true }
  for (const { name, param, position } of constants) {
    if (!isWord(valueAt(fields, name, position), param.word)) return MISMATCH
  }
  const args: Record<string, unknown> = {}
  try {
    for (const { name, param, position } of inputs) {
      const value = valueAt(fields, name, position)
      if (isNotShown(param, value)) throw new Unseen(`${name} is not shown`)
      args[name] = decodeValue(name, param, value, naming)
    }
  } catch (problem) {
    if (problem instanceof Elsewhere) return MISMATCH
    if (problem instanceof Unreadable) {
      const isUnseen = problem instanceof Unseen
      return { undecided: `${syscall.hashAs}: ${problem.message}`, isUnseen }
    }
    throw problem
  }
  return { args }
}

/** Where the parameters that are read stand among the arguments; `constants` tell the form. */
interface Places {
  readonly constants: readonly Place<Param<unknown> & { kind: 'constant' }>[]
  readonly inputs: readonly Place<Param<unknown>>[]
}

interface Place<P> {
  readonly name: string
  readonly param: P
  readonly position: number
}

const PLACES = new WeakMap<Syscall, Places>()

function placesOf(syscall: Syscall): Places {
  let places = PLACES.get(syscall)
  if (places === undefined) {
    const all = Object.entries(syscall.params).map(([name, param], position) => ({ name, param, position }))
    places = {
      constants: all.flatMap(({ name, param, position }) =>
        param.kind === 'constant' ? [{ name, param, position }] : [],
      ),
      inputs: all.filter(({ param }) => param.kind !== 'out'),
    }
    PLACES.set(syscall, places)
  }
  return places
}

/** The argument of that name, or else the one that stands there. */
export function valueAt(fields: readonly Field[], name: string, position: number): ArgValue | undefined {
  for (const field of fields) if (field.name === name) return field.value
  return fields[position]?.value
}

/** clone3 takes a structure, of which the members are the parameters. */
function unfolded(syscall: Syscall, fields: readonly Field[]): readonly Field[] {
  if (!syscall.name.startsWith('clone')) return fields
  const [first, ...rest] = fields
  if (first === undefined) return fields
  const value = first.value.kind === 'change' ? first.value.before : first.value
  if (value.kind !== 'struct') return fields
  const members = value.fields.filter(({ name }) => name in syscall.params)
  return members.length === 0 ? fields : [...members, ...rest]
}

/** Names that stand for no bit at all. */
const NO_FLAGS: ReadonlySet<string> = new Set(['PROT_NONE', 'MAP_FILE'])

/** Names of one flag that strace prints under another. */
const ALSO: ReadonlyMap<string, string> = new Map([
  ['WSTOPPED', 'WUNTRACED'],
  ['O_NDELAY', 'O_NONBLOCK'],
])

/** Kinds of parameters that are read through a pointer. */
const POINTED_AT: ReadonlySet<string> = new Set<Param<unknown>['kind']>([
  'signal-set', 'action', 'path', 'sem-ops', 'message', 'msg-limit', 'timeout', 'limit', 'queue-attributes', 'sigevent',
]) // prettier-ignore

/** What stands behind a pointer is not shown, or only its beginning. */
function isNotShown(param: Param<unknown>, value: ArgValue | undefined): boolean {
  if (param.kind === 'process') return isNoProcess(value)
  if (param.kind === 'sem-ops' && value?.kind === 'array') return value.cut
  return (POINTED_AT.has(param.kind) || (param.kind === 'int' && param.boxed === true)) && isAddress(value)
}

/** No program has anything on its first page. Source: proc_sys_vm(5) mmap_min_addr. */
const LOWEST_ADDRESS = 4096

/** More than any pid. Source: proc_sys_kernel(5) pid_max. */
const isNoProcess = (value: ArgValue | undefined): boolean =>
  value?.kind === 'number' && (numberOf(value) ?? 0) >= 2 ** 32

export const isAddress = (value: ArgValue | undefined): boolean =>
  value?.kind === 'number' && (numberOf(value) ?? 0) >= LOWEST_ADDRESS

function decodeValue(name: string, param: Param<unknown>, value: ArgValue | undefined, naming: Naming): unknown {
  const missing = () => new Unreadable(`no argument ${name}`)
  switch (param.kind) {
    case 'int':
      if (value === undefined) return param.unseen === true ? null : 0
      return integer(name, value)
    case 'constant':
      return param.word
    case 'word': {
      const word = param.words.find((candidate) => isWord(value, candidate))
      if (word === undefined) throw new Unreadable(`${name} is not one of ${param.words.join(', ')}`)
      return word
    }
    case 'flags':
      if (value === undefined) return flagSet()
      if (param.loose === true)
        return flagSet(...namesOf(value, param.words).filter((flag) => param.words.includes(flag)))
      if (
        param.elsewhere === true &&
        (value.kind !== 'flags' || !value.names.every((flag) => param.words.includes(flag)))
      )
        throw new Elsewhere()
      return decodeFlags(name, param.words, value, param.permissions === true)
    case 'fd':
    case 'new-fd':
    case 'address':
      if (value === undefined) throw missing()
      return integer(name, value)
    case 'process':
      if (value === undefined) throw missing()
      return decodeProcess(name, integer(name, value), naming)
    case 'signal': {
      const signal = value && (signalOf(value) ?? numberOf(value))
      if (signal === undefined) throw new Unreadable(`${name} is no signal`)
      return signal
    }
    case 'signal-set':
      return value === undefined || isNull(value) ? null : decodeSignalSet(name, value)
    case 'action':
      return value === undefined || isNull(value) ? null : decodeAction(name, value)
    case 'path':
      if (value?.kind !== 'string' || value.cut) throw new Unreadable(`${name} is no whole string`)
      return detached(value.bytes)
    case 'key':
      if (isWord(value, 'IPC_PRIVATE')) return 0
      if (value === undefined) throw missing()
      return integer(name, value)
    case 'object': {
      if (value === undefined) throw missing()
      const real = integer(name, value)
      const id = naming.object(param.of, real) ?? naming.nobody(real)
      if (id === undefined) throw new Unreadable(`${name} ${real} was made outside the capture`)
      return id
    }
    case 'sem-ops':
      return decodeSemOps(name, value)
    case 'sem-values':
      if (value?.kind !== 'array' || value.cut) return null
      return value.items.map((item) => integer(name, item))
    case 'message':
      return { mtype: memberNumber(name, value, 'mtype'), ...textIn(value) } satisfies OutgoingMessage
    case 'msg-limit':
      return memberNumber(name, value, 'msg_qbytes')
    case 'lock':
      return param.overwritten ? decodeLockQuery(name, value) : decodeLock(name, value)
    case 'timeout':
      return value === undefined || isNull(value) ? null : decodeTimeout(name, value)
    case 'limit':
      return value === undefined || isNull(value) ? null : decodeLimit(name, value)
    case 'queue-attributes':
      return value === undefined || isNull(value) ? null : decodeQueueAttributes(name, value)
    case 'rights':
      if (value?.kind !== 'array' || value.cut) return null
      return value.items.map((item) => integer(name, item))
    case 'queued-value': {
      const code = value && memberOf(value, 'si_code')
      // Of a process's own invention, as all that comes with it.
      if (code !== undefined && !isWord(code, 'SI_QUEUE') && numberOf(code) !== -1) return null
      const number = value && memberOf(value, 'si_int')
      return number === undefined ? 0 : integer(name, number)
    }
    case 'sigevent':
      return value === undefined || isNull(value) ? null : decodeSignalEvent(name, value)
    case 'data':
      return value?.kind === 'string' ? value.bytes : ''
    case 'out':
      return undefined
  }
}

const isNull = (value: ArgValue): boolean => numberOf(value) === 0

/** A number, or the one that a pointer leads to. */
function integer(name: string, value: ArgValue): number {
  const number = numberOf(value.kind === 'array' && value.items.length === 1 ? value.items[0]! : value)
  if (number !== undefined) return number
  throw new Unreadable(`${name} is no number`)
}

function memberNumber(name: string, value: ArgValue | undefined, member: string): number {
  const found = value && memberOf(value, member)
  if (found === undefined) throw new Unreadable(`${name} shows no ${member}`)
  return integer(name, found)
}

/** The text of a message, or its beginning. */
function textIn(value: ArgValue | undefined): { readonly mtext?: string } {
  const text = value && memberOf(value, 'mtext')
  return text?.kind === 'string' && text.bytes !== '' ? { mtext: text.bytes } : {}
}

function wordOf(value: ArgValue | undefined): string | undefined {
  if (value?.kind !== 'flags' || value.names.length !== 1 || value.rest !== 0) return undefined
  return value.names[0]
}

/** The value is this name, or its number. */
function isWord(value: ArgValue | undefined, word: string): boolean {
  const named = wordOf(value)
  if (named !== undefined) return named === word
  const number = value && numberOf(value)
  return number !== undefined && number === numberNamed(word)
}

/** `permissions`: other bits are the permissions of what the call makes. */
function decodeFlags(
  name: string,
  words: readonly string[],
  value: ArgValue,
  permissions: boolean,
): ReadonlySet<string> {
  const number = numberOf(value)
  if (number === 0) return flagSet()
  if (number !== undefined && permissions) return flagSet(...namesBeside(name, words, number))
  if (number !== undefined) {
    const { names: found, rest } = namesIn(number, words)
    const exitSignal = signalName(rest)
    if (exitSignal !== undefined && words.includes(exitSignal)) return flagSet(...found, exitSignal)
    if (rest !== 0) throw new Unreadable(`${name} has 0x${rest.toString(16)}`)
    return flagSet(...found)
  }
  if (value.kind !== 'flags') throw new Unreadable(`${name} holds no flags`)
  const names: string[] = []
  for (const shown of value.names) {
    if (NO_FLAGS.has(shown)) continue
    const flag = ALSO.get(shown) ?? shown
    if (!words.includes(flag)) throw new Unreadable(`${name} has ${flag}`)
    names.push(flag)
  }
  if (permissions) return flagSet(...names, ...namesBeside(name, words, value.rest))
  if (value.rest !== 0) throw new Unreadable(`${name} has 0x${value.rest.toString(16)}`)
  return flagSet(...names)
}

const PERMISSIONS = 0o777
const FILE_TYPE = 0o170000

/** What stands beside permissions in a number: the type of a file, which is a number itself, or flags. */
function namesBeside(name: string, words: readonly string[], number: number): readonly string[] {
  const isMode = words.some((word) => word.startsWith('S_IF'))
  const bits = number & (isMode ? FILE_TYPE : ~PERMISSIONS)
  if (isMode) {
    const type = words.filter((word) => numberNamed(word) === bits)
    if (bits !== 0 && type.length === 0) throw new Unreadable(`${name} has 0${bits.toString(8)}`)
    return type
  }
  const { names, rest } = namesIn(bits, words)
  if (rest !== 0) throw new Unreadable(`${name} has 0x${rest.toString(16)}`)
  return names
}

function decodeProcess(name: string, shown: number, naming: Naming): number {
  // Without its kind it is shown as unsigned (-e raw=).
  const number = shown >= 2 ** 31 && shown < 2 ** 32 ? shown - 2 ** 32 : shown
  if (number === 0 || number === -1 || number === -0x8000_0000) return number
  const known = naming.find(Math.abs(number)) ?? naming.oldGroup(Math.abs(number)) ?? naming.nobody(Math.abs(number))
  if (known === undefined) throw new Unreadable(`${name} ${number} is a process outside the capture`)
  return number < 0 ? -known : known
}

function decodeSignalSet(name: string, value: ArgValue): SignalSet {
  const signals = signalSetOf(value.kind === 'change' ? value.before : value)
  if (signals === undefined) throw new Unreadable(`${name} is no whole set of signals`)
  return signals
}

const ACTION_FLAGS: readonly string[] = [
  'SA_RESTART',
  'SA_NOCLDSTOP',
  'SA_NOCLDWAIT',
  'SA_NODEFER',
  'SA_RESETHAND',
  'SA_SIGINFO',
] satisfies ActionFlag[]

/** SIG_DFL, SIG_IGN, or an address. */
export function handlerOf(value: ArgValue): SignalAction['handler'] {
  const word = wordOf(value) ?? numberOf(value)
  if (word === 'SIG_DFL' || word === 0) return 'SIG_DFL'
  return word === 'SIG_IGN' || word === 1 ? 'SIG_IGN' : 'handler'
}

/** The names of flags, or of those among `words` that make up their number. */
function namesOf(value: ArgValue | undefined, words: readonly string[]): readonly string[] {
  if (value?.kind === 'flags') return value.names
  const number = value && numberOf(value)
  return number === undefined ? [] : namesIn(number, words).names
}

function decodeAction(name: string, value: ArgValue): SignalAction {
  const handler = memberOf(value, 'sa_handler') ?? memberOf(value, 'sa_sigaction')
  if (handler === undefined) throw new Unreadable(`${name} shows no handler`)
  const mask = memberOf(value, 'sa_mask')
  return {
    handler: handlerOf(handler),
    mask: mask === undefined ? NO_SIGNALS : decodeSignalSet(name, mask),
    flags: flagSet(
      ...namesOf(memberOf(value, 'sa_flags'), ACTION_FLAGS).filter((flag) => ACTION_FLAGS.includes(flag)),
    ) as ReadonlySet<ActionFlag>,
  }
}

function decodeSemOps(name: string, value: ArgValue | undefined): readonly SemOp[] {
  if (value?.kind !== 'array' || value.cut) throw new Unreadable(`${name} is no whole array`)
  return value.items.map((item) => {
    const num = memberOf(item, 'sem_num')
    const op = memberOf(item, 'sem_op')
    const flg = memberOf(item, 'sem_flg')
    if (num === undefined || op === undefined) throw new Unreadable(`${name} is no array of sembuf`)
    const names = namesOf(flg, ['SEM_UNDO', 'IPC_NOWAIT'])
    return {
      num: integer(name, num),
      op: integer(name, op),
      undo: names.includes('SEM_UNDO'),
      nowait: names.includes('IPC_NOWAIT'),
    }
  })
}

const LOCK_TYPES = ['F_RDLCK', 'F_WRLCK', 'F_UNLCK'] as const
const WHENCES = ['SEEK_SET', 'SEEK_CUR', 'SEEK_END'] as const

function wordAmong<W extends string>(name: string, value: ArgValue, words: readonly W[]): W {
  const word = words.find((candidate) => isWord(value, candidate))
  if (word === undefined) throw new Unreadable(`${name} is not one of ${words.join(', ')}`)
  return word
}

function decodeLock(name: string, value: ArgValue | undefined): LockRequest {
  const member = (field: string) => {
    const found = value && memberOf(value, field)
    if (found === undefined) throw new Unreadable(`${name} shows no ${field}`)
    return found.kind === 'change' ? found.before : found
  }
  return {
    type: wordAmong('l_type', member('l_type'), LOCK_TYPES),
    whence: wordAmong('l_whence', member('l_whence'), WHENCES),
    start: integer(name, member('l_start')),
    length: integer(name, member('l_len')),
  }
}

/** A trace shows what F_GETLK answered: F_UNLCK leaves the range that was asked about, a lock found leaves nothing. */
function decodeLockQuery(name: string, value: ArgValue | undefined): LockQuery | null {
  if (value?.kind !== 'struct') return null
  const answer = decodeLock(name, value)
  return answer.type === 'F_UNLCK' ? { ...answer, type: 'unknown' } : null
}

function decodeTimeout(name: string, value: ArgValue): number {
  const seconds = memberOf(value, 'tv_sec')
  const nanoseconds = memberOf(value, 'tv_nsec') ?? memberOf(value, 'tv_usec')
  if (seconds === undefined || nanoseconds === undefined) throw new Unreadable(`${name} is no time`)
  const whole = integer(name, seconds)
  const rest = integer(name, nanoseconds)
  // Below 0, or a whole second and more, it is no time; strace prints what is below 0 as a large number.
  if (whole < 0 || rest < 0 || rest >= 1e9) return -1
  return whole * 1000 + Math.ceil(rest / 1e6)
}

function decodeLimit(name: string, value: ArgValue): LimitRequest {
  const member = (field: string) => {
    const found = memberOf(value, field)
    if (found === undefined) throw new Unreadable(`${name} shows no ${field}`)
    const word = wordOf(found)
    if (word !== undefined && /^RLIM(64)?_INFINITY$/.test(word)) return Infinity
    const number = integer(name, found)
    // All bits are RLIM_INFINITY, and one less is less.
    if (number >= 2 ** 63 && found.kind === 'number' && found.exact !== undefined && found.exact !== 2n ** 64n - 1n)
      return 2 ** 63
    return number >= 2 ** 63 ? Infinity : number
  }
  return { soft: member('rlim_cur'), hard: member('rlim_max') }
}

function decodeQueueAttributes(name: string, value: ArgValue): QueueAttributes {
  const number = (field: string) => {
    const found = memberOf(value, field)
    return found === undefined ? 0 : integer(name, found)
  }
  return {
    maxMessages: number('mq_maxmsg'),
    maxSize: number('mq_msgsize'),
    nonblock: namesOf(memberOf(value, 'mq_flags'), ['O_NONBLOCK']).includes('O_NONBLOCK'),
  }
}

const EVENTS = ['SIGEV_SIGNAL', 'SIGEV_NONE', 'SIGEV_THREAD'] as const

function decodeSignalEvent(name: string, value: ArgValue): SignalEvent {
  const notify = memberOf(value, 'sigev_notify')
  const signo = memberOf(value, 'sigev_signo')
  const word = EVENTS.find((event) => isWord(notify, event))
  if (word === undefined) throw new Unreadable(`${name} is no sigevent that is modelled`)
  return { notify: word, signal: (signo && (signalOf(signo) ?? numberOf(signo))) ?? 0 }
}
