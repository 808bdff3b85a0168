import type { Kind } from '../../model/params.ts'
import type { Argument, Step } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import type { Syscall } from '../../model/syscall.ts'
import type { Dice } from './dice.ts'
import { drawing, type Draw } from './values.ts'
import { makerOf } from '../unrolled.ts'

/** Subjects of calls, read off what they take and make, so that a new call joins its relatives by itself. */
const SUBJECTS = {
  processes: 1 << 0,
  signals: 1 << 1,
  waits: 1 << 2,
  groups: 1 << 3,
  descriptors: 1 << 4,
  locks: 1 << 5,
  paths: 1 << 6,
  'shared memory': 1 << 7,
  semaphores: 1 << 8,
  messages: 1 << 9,
  memory: 1 << 10,
  'POSIX queues': 1 << 11,
  'POSIX semaphores': 1 << 12,
  terminals: 1 << 13,
  limits: 1 << 14,
  others: 1 << 15,
} as const
export type Subject = keyof typeof SUBJECTS

/** Several subjects, a bit each. */
type Subjects = number

const together = (...subjects: readonly Subject[]): Subjects =>
  subjects.reduce((sum, subject) => sum | SUBJECTS[subject], 0)

function subjectOfKind(param: Kind): Subject | undefined {
  switch (param.kind) {
    case 'fd':
    case 'new-fd':
    case 'data':
    case 'rights':
      return 'descriptors'
    case 'process':
      return param.role === 'wait' ? 'waits' : param.role === 'group' ? 'groups' : 'processes'
    case 'signal':
    case 'signal-set':
    case 'action':
    case 'queued-value':
      return 'signals'
    case 'path':
      if (param.space === 'queue') return 'POSIX queues'
      if (param.space === 'semaphore') return 'POSIX semaphores'
      return param.space === 'terminal' ? 'terminals' : 'paths'
    case 'object':
      return param.of === 'shm' ? 'shared memory' : param.of === 'sem' ? 'semaphores' : 'messages'
    case 'sem-ops':
    case 'sem-values':
      return 'semaphores'
    case 'message':
    case 'msg-limit':
      return 'messages'
    case 'lock':
      return 'locks'
    case 'queue-attributes':
    case 'sigevent':
      return 'POSIX queues'
    case 'limit':
      return 'limits'
    case 'address':
      return 'memory'
    case 'int':
    case 'constant':
    case 'word':
    case 'flags':
    case 'key':
    case 'timeout':
    case 'limit':
    case 'queue-attributes':
    case 'sigevent':
    case 'out':
      return undefined
  }
}

function subjectsOf(syscall: Syscall): Subjects {
  const subjects = new Set<Subject>()
  for (const param of Object.values(syscall.params)) {
    const subject = subjectOfKind(param)
    if (subject !== undefined) subjects.add(subject)
  }
  if (syscall.makes === 'process' || syscall.makes === 'thread') subjects.add('processes')
  if (syscall.makes === 'fd' || syscall.makes === 'fds') subjects.add('descriptors')
  if (syscall.makes === 'shm') subjects.add('shared memory')
  if (syscall.makes === 'sem') subjects.add('semaphores')
  if (syscall.makes === 'msg') subjects.add('messages')
  if (syscall.makes === 'mapping') subjects.add('memory')
  if (syscall.returns === 'group') subjects.add('groups')
  // Their parameters do not tell.
  if (syscall.name === 'flock') subjects.add('locks')
  if (syscall.name === 'close_range') subjects.add('descriptors')
  if (/pty|^TIOC|^tc/.test(syscall.form ?? syscall.name)) subjects.add('terminals')
  if (/^mq_/.test(syscall.name)) subjects.add('POSIX queues')
  if (/^sem_/.test(syscall.name)) subjects.add('POSIX semaphores')
  if (subjects.size === 0) subjects.add('others')
  return together(...subjects)
}

/** What these calls are about. */
export const subjectsOfCalls = (calls: Iterable<Syscall>): Subject[] => {
  let all: Subjects = 0
  for (const syscall of calls) all |= subjectsOf(syscall)
  return (Object.keys(SUBJECTS) as Subject[]).filter((subject) => (SUBJECTS[subject] & all) !== 0)
}

/** A call with what drawing it needs, worked out once. */
export interface Drawable {
  readonly syscall: Syscall
  readonly name: string
  readonly draws: readonly (readonly [string, Draw])[]
  /** Its arguments, from the values that were drawn for them. */
  readonly makeArguments: (values: readonly Argument[]) => Step['args']
  readonly subjects: Subjects
  readonly weight: number
  /** Part of nearly every story of processes. */
  readonly core: boolean
  /** Makes processes or threads: drawn only while there are few. */
  readonly multiplies: boolean
  /** Ends its caller for sure, or sends a signal, which may end anybody: too much of it ends programs early. */
  readonly deadly: boolean
}

export function drawables(rules: Rules): Drawable[] {
  return [...rules.syscalls.values()]
    .filter((syscall) => syscall.name !== 'rt_sigreturn')
    .map((syscall) => {
      const params = Object.entries(syscall.params).filter(([, param]) => param.kind !== 'out')
      const kinds = new Set(params.map(([, { kind }]) => kind))
      return {
        syscall,
        name: syscall.hashAs,
        makeArguments: makerOf(params.map(([name]) => name)),
        draws: params.map(([name, param]) => [name, drawing(param, syscall.makes === 'mapping')] as const),
        subjects: subjectsOf(syscall),
        weight: weightOf(syscall, kinds),
        core: CORE.has(syscall.name),
        multiplies: makesThread(syscall),
        deadly: ENDS.has(syscall.name) || (kinds.has('signal') && kinds.has('process')),
      }
    })
}

const makesThread = ({ makes }: Syscall): boolean => makes === 'process' || makes === 'thread'

const ENDS = new Set(['exit', 'exit_group'])
const CORE = new Set(['fork', 'wait4', 'close', 'clone', 'kill', 'exit', 'exit_group', 'execve'])
/** Those of them that are drawn most. */
const OFTEN = new Set(['fork', 'wait4', 'close', 'clone'])
/** What must be made before it can be named: a call that takes it is drawn in vain until then. */
const MADE = ['fd', 'object', 'address', 'sem-ops'] as const

function weightOf(syscall: Syscall, kinds: ReadonlySet<Kind['kind']>): number {
  if (ENDS.has(syscall.name)) return 2
  if (OFTEN.has(syscall.name)) return 16
  if (MADE.some((kind) => kinds.has(kind))) return 10
  if (kinds.has('limit')) return 2
  if (syscall.makes !== undefined) return syscall.name === 'vfork' ? 2 : 6
  const asks = /^get/.test(syscall.name) || /_GET_/.test(syscall.form ?? '')
  return asks ? 1 : 4
}

/** The calls that one program is made of, and how likely each is. */
export interface Mix {
  readonly calls: readonly Drawable[]
  readonly runningSums: readonly number[]
  /** Those among them that kill. */
  readonly deadly: readonly Drawable[]
}

/** Subjects that make stories together. */
const BUNDLES: readonly Subjects[] = [
  together('semaphores'),
  together('shared memory', 'memory'),
  together('messages'),
  together('locks', 'descriptors', 'paths'),
  together('locks', 'paths'),
  together('descriptors'),
  together('paths', 'memory'),
  together('terminals', 'groups', 'signals'),
  together('terminals', 'groups'),
  together('groups', 'signals', 'waits'),
  together('signals', 'waits'),
  together('signals'),
  together('POSIX queues', 'signals'),
  together('POSIX queues'),
  together('POSIX semaphores'),
  together('processes', 'waits', 'limits', 'others'),
]

/** Without a story, calls on a favoured subject are so much likelier. */
const FAVOUR = 6

/**
 * Three fifths of the programs stick to one or two bundles of subjects, and to what nearly every story needs. The others
 * draw from everything, half of them from a random part of it (each call kept with .5 to .9).
 */
export function drawMix(dice: Dice, all: ReadonlyMap<string, Drawable>): Mix {
  const subjects = dice.pick(BUNDLES) | (dice.percent(30) ? dice.pick(BUNDLES) : 0)
  const focused = dice.percent(60)
  const keep = dice.percent(50) ? 100 : dice.pick([50, 60, 70, 80, 90])
  return mixOf(all, focused, subjects, (call) => keep === 100 || call.core || dice.percent(keep))
}

/** After a scene: three quarters of the programs stick to its subjects, the others draw from everything. */
export const mixFor = (dice: Dice, all: ReadonlyMap<string, Drawable>, subjects: readonly Subject[]): Mix =>
  mixOf(all, dice.percent(75), together(...subjects), () => true)

function mixOf(
  all: ReadonlyMap<string, Drawable>,
  focused: boolean,
  subjects: Subjects,
  keeps: (call: Drawable) => boolean,
): Mix {
  const calls: Drawable[] = []
  const deadly: Drawable[] = []
  const runningSums: number[] = []
  let sum = 0
  for (const call of all.values()) {
    const isStory = (call.subjects & subjects) !== 0
    if (focused && !isStory && !call.core) continue
    if (!keeps(call)) continue
    calls.push(call)
    if (call.deadly) deadly.push(call)
    sum += isStory && !focused ? call.weight * FAVOUR : call.weight
    runningSums.push(sum)
  }
  return { calls, runningSums, deadly }
}
