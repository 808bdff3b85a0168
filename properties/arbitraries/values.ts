import { descriptionOf } from '../../model/functions/files.ts'
import type { Kernel } from '../../model/kernel.ts'
import {
  flagSet,
  type Kind,
  type LimitRequest,
  type LockRequest,
  type NameSpace,
  type ProcessRole,
  type QueueAttributes,
  type SemOp,
  type SignalEvent,
} from '../../model/params.ts'
import type { Argument } from '../../model/program.ts'
import { ALL_SIGNALS, NO_SIGNALS, setOfSignals } from '../../model/state/signal-set.ts'
import type { ActionFlag, SignalAction } from '../../model/state/signals.ts'
import type { Thread } from '../../model/state/threads.ts'
import {
  SIGALRM,
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  SIGINT,
  SIGKILL,
  SIGSTOP,
  SIGTERM,
  SIGTSTP,
  SIGTTIN,
  SIGUSR1,
} from '../../model/signals.ts'
import type { Dice } from './dice.ts'
import type { Inventory } from './inventory.ts'

/** What a draw may look at: the state so far, who calls, and what the program has made. */
export interface Situation {
  readonly kernel: Kernel
  readonly caller: Readonly<Thread>
  readonly dice: Dice
  readonly inventory: Inventory
  /** Draw what does not exist, too. */
  readonly wild: boolean
}

/** Signals that tell processes apart: fatal, unblockable, stopping, continuing, ignored by default, queued. */
const SIGNALS = [
  SIGTERM, SIGKILL, SIGSTOP, SIGCONT, SIGCHLD, SIGUSR1, SIGUSR1, SIGHUP, SIGTSTP, SIGINT, SIGTTIN, SIGALRM, 34, 34,
] // prettier-ignore

const SIGNAL_SETS = [
  setOfSignals(SIGUSR1),
  setOfSignals(SIGCHLD),
  setOfSignals(SIGTERM),
  setOfSignals(SIGUSR1, SIGCHLD, SIGTERM, SIGHUP, 34),
  NO_SIGNALS,
  ALL_SIGNALS,
  setOfSignals(SIGTSTP, SIGCONT),
  setOfSignals(SIGALRM, 34),
]

const ACTION_FLAGS: readonly (readonly ActionFlag[])[] = [
  [],
  [],
  ['SA_RESTART'],
  ['SA_RESTART'],
  ['SA_NOCLDSTOP'],
  ['SA_NOCLDWAIT'],
  ['SA_RESETHAND'],
  ['SA_NODEFER'],
  ['SA_SIGINFO', 'SA_RESTART'],
]
const HANDLERS = ['handler', 'handler', 'SIG_IGN', 'SIG_DFL'] as const
const ACTIONS: readonly SignalAction[] = HANDLERS.flatMap((handler) =>
  ACTION_FLAGS.flatMap((names) =>
    [NO_SIGNALS, NO_SIGNALS, setOfSignals(SIGUSR1)].map((mask) => ({ handler, mask, flags: flagSet(...names) })),
  ),
)

const PATHS: Record<NameSpace, readonly string[]> = {
  file: ['f', 'g'],
  fifo: ['p'],
  program: ['/bin/true'],
  queue: ['/q', '/r'],
  semaphore: ['/s', '/t'],
  terminal: ['/dev/pts/0'],
}

const KEYS = [0, 0, 1, 1, 2]
const TIMEOUTS = [null, null, 0, 10]
const DATA = ['a', 'abc', 'x'.repeat(4096)]
const OPS = [-1, -1, 1, 1, 2, -2, 0]
const SEM_VALUES = [[1, 1], [0, 0], [2, 1], [32767]]
const MESSAGES = [{ mtype: 1 }, { mtype: 1 }, { mtype: 2 }]
const LOCK_TYPES = ['F_RDLCK', 'F_WRLCK', 'F_WRLCK', 'F_UNLCK']
const STARTS = [0, 0, 1, 4]
const LENGTHS = [0, 1, 1, 4]
const LIMITS: readonly (LimitRequest | null)[] = [
  null,
  { soft: 3, hard: 1024 },
  { soft: 6, hard: 1024 },
  { soft: 1024, hard: 1024 },
  { soft: 2, hard: 1 },
]
const QUEUE_ATTRIBUTES: readonly (QueueAttributes | null)[] = [
  { maxMessages: 1, maxSize: 8, nonblock: false },
  { maxMessages: 1, maxSize: 8, nonblock: false },
  { maxMessages: 2, maxSize: 8, nonblock: true },
  { maxMessages: 2, maxSize: 8, nonblock: false },
  { maxMessages: 0, maxSize: 8, nonblock: false },
  null,
]
const SIGNAL_EVENTS: readonly (SignalEvent | null)[] = [
  { notify: 'SIGEV_SIGNAL', signal: SIGUSR1 },
  { notify: 'SIGEV_SIGNAL', signal: SIGCHLD },
  { notify: 'SIGEV_SIGNAL', signal: 34 },
  { notify: 'SIGEV_NONE', signal: 0 },
  null,
]
const UNUSED_PROCESS = 9999
/** What a rule refuses, or answers otherwise than the usual. */
const ODD_NUMBERS = [-1, 0, 1, 2, 3, 5, 10_000, 2 ** 31]
const OFFSET_MAX = 2 ** 63
const ODD_PROCESSES: Partial<Record<ProcessRole, readonly number[]>> = {
  wait: [UNUSED_PROCESS, -(2 ** 31)],
  kill: [UNUSED_PROCESS, -(2 ** 31)],
  group: [UNUSED_PROCESS, -1, 1],
}
const ODD_ADDRESSES = [0, 1, 4096, 2 ** 64 - 4096]
const ODD_FDS = [-1, 3, 63, 4096]
const ODD_PATHS: Partial<Record<NameSpace, readonly string[]>> = {
  file: ['f', 'p', 'nothing'],
  fifo: ['f', 'p', 'nothing', '/dev/tty', '/dev/pts/0', '/dev/pts/9'],
  program: ['/missing'],
  queue: ['/q', '/nothing', '/a/b'],
  semaphore: ['/s', '/nothing'],
}
const ODD_OPS: readonly (readonly SemOp[])[] = [
  [{ num: 9, op: 1, undo: false, nowait: false }],
  [{ num: 0, op: 32767, undo: false, nowait: true }],
  [{ num: 0, op: -1, undo: false, nowait: true }],
  Array.from({ length: 501 }, () => ({ num: 0, op: 0, undo: false, nowait: true })),
  [],
]
const ODD_LOCKS: readonly LockRequest[] = [
  { type: 'F_WRLCK', whence: 'SEEK_SET', start: -1, length: 0 },
  { type: 'F_WRLCK', whence: 'SEEK_SET', start: OFFSET_MAX, length: 2 },
  { type: 'F_UNLCK', whence: 'SEEK_SET', start: 0, length: 0 },
  { type: 'F_WRLCK', whence: 'SEEK_SET', start: 0, length: 0 },
]
const ODD_ATTRIBUTES: readonly QueueAttributes[] = [
  { maxMessages: 0, maxSize: 8, nonblock: false },
  { maxMessages: 1, maxSize: 8, nonblock: true },
]

/** Draws an argument, read off the state; undefined when there is nothing of its kind to name. */
export type Draw = (situation: Situation) => Argument

/**
 * How arguments of a kind are drawn, settled once for each parameter. `makesMapping`: the call makes a mapping, and takes
 * NULL to leave the address to the kernel.
 */
export function drawing(param: Kind, makesMapping: boolean): Draw {
  switch (param.kind) {
    case 'int':
      return or(among(param.among), ODD_NUMBERS)
    case 'constant':
      return () => param.word
    case 'word':
      return among(param.words)
    case 'flags':
      return drawingFlags(param.words, param.usual)
    case 'fd':
      return (situation) =>
        situation.wild && situation.dice.percent(30) ? situation.dice.pick([-1, 63]) : drawFd(situation)
    case 'new-fd':
      if (makesMapping) return or((situation) => drawFileFd(situation) ?? situation.dice.below(8), ODD_FDS, drawFd)
      return or(
        (situation) => (situation.dice.percent(50) ? undefined : drawFd(situation)) ?? situation.dice.below(8),
        ODD_FDS,
      )
    case 'process':
      return (situation) => drawProcess(situation, param.role)
    case 'signal':
      return ({ dice, wild }) => {
        if (wild && dice.percent(20)) return 65
        return param.zero && dice.percent(5) ? 0 : dice.pick(SIGNALS)
      }
    case 'signal-set':
      return among(SIGNAL_SETS)
    case 'action':
      return ({ dice }) => (dice.percent(5) ? null : dice.pick(ACTIONS))
    case 'path':
      return or(among(PATHS[param.space]), ODD_PATHS[param.space] ?? PATHS[param.space])
    case 'key':
      return among(KEYS)
    case 'object':
      return ({ dice, wild, inventory, kernel }) =>
        wild && dice.percent(40) ? UNUSED_PROCESS : inventory.object(kernel, param.of, dice)
    case 'sem-ops':
      return or(({ dice }) => drawSemOps(dice), ODD_OPS)
    case 'sem-values':
      return or(among(SEM_VALUES), [[-1], [40_000]])
    case 'message':
      return or(among(MESSAGES), [{ mtype: 0 }])
    case 'msg-limit':
      return among([16384, 4096, 1])
    case 'lock':
      return or(
        ({ dice }) => ({
          type: dice.pick(LOCK_TYPES),
          whence: dice.percent(85) ? 'SEEK_SET' : dice.pick(['SEEK_CUR', 'SEEK_END']),
          start: dice.pick(STARTS),
          length: dice.pick(LENGTHS),
        }),
        ODD_LOCKS,
      )
    case 'limit':
      return or(among(LIMITS), [null, { soft: 2, hard: 1 }, { soft: 0, hard: 1024 }])
    case 'queue-attributes':
      return or(among(QUEUE_ATTRIBUTES), ODD_ATTRIBUTES)
    case 'rights':
      return (situation) => (situation.dice.percent(60) ? (drawPassable(situation) ?? null) : null)
    case 'queued-value':
      return among([0, 1, 2])
    case 'sigevent':
      return or(among(SIGNAL_EVENTS), [{ notify: 'SIGEV_SIGNAL', signal: 65 }])
    case 'address':
      return or((situation) => drawAddress(situation, makesMapping), ODD_ADDRESSES)
    case 'timeout':
      return or(among(TIMEOUTS), [0, -1])
    case 'data':
      return among(DATA)
    case 'out':
      return () => null
  }
}

/** Mostly as drawn; where an error is asked for, half of the time one of the odd values. */
const or =
  (draw: Draw, odd: readonly unknown[], drawOdd = draw): Draw =>
  (situation) => {
    if (!situation.wild) return draw(situation)
    return situation.dice.percent(50) ? situation.dice.pick(odd) : drawOdd(situation)
  }

const among =
  (values: readonly unknown[]): Draw =>
  ({ dice }) =>
    dice.pick(values)

/** Mostly a usual set where the parameter names some; else none, one or two of the words. */
function drawingFlags(words: readonly string[], usual: readonly ReadonlySet<string>[] | undefined): Draw {
  const none = flagSet()
  const one = words.map((word) => flagSet(word))
  return ({ dice, wild }) => {
    if (wild && words.length > 0 && dice.percent(60)) {
      const odd = [dice.pick(words), dice.pick(words), dice.pick(words)].slice(dice.below(3))
      return flagSet(...new Set(usual === undefined ? odd : [...dice.pick(usual), ...odd]))
    }
    if (usual !== undefined && dice.percent(80)) return dice.pick(usual)
    if (words.length === 0 || dice.percent(45)) return none
    if (dice.percent(65)) return dice.pick(one)
    return flagSet(...new Set([dice.pick(words), dice.pick(words)]))
  }
}

function drawFd({ kernel, caller, dice, inventory }: Situation): Argument {
  const table = kernel.files.at(caller.files)
  if (table.used === 0) return undefined
  const { slots } = table
  let fd = dice.below(slots.length)
  while (slots[fd] === 0) fd = fd === 0 ? slots.length - 1 : fd - 1
  return inventory.nameFd(fd, descriptionOf(slots[fd]!))
}

/** A descriptor that may go with a message: any but a socket's. */
function drawPassable(situation: Situation): Argument {
  const { kernel, caller, dice, inventory } = situation
  const passable = kernel.files.at(caller.files).slots.flatMap((slot, fd) => {
    if (slot === 0 || kernel.descriptions.at(descriptionOf(slot)).kind === 'socket') return []
    return [{ fd, slot }]
  })
  if (passable.length === 0) return undefined
  const { fd, slot } = dice.pick(passable)
  return inventory.nameFd(fd, descriptionOf(slot))
}

/** A descriptor of a regular file, of one with something in it if there is any: only they are worth mapping. */
function drawFileFd({ kernel, caller, dice, inventory }: Situation): Argument {
  const files = kernel.files.at(caller.files).slots.flatMap((slot, fd) => {
    const inode = slot === 0 ? undefined : kernel.inodes.at(kernel.descriptions.at(descriptionOf(slot)).inode)
    return inode?.kind === 'regular' ? [{ fd, slot, size: inode.size }] : []
  })
  if (files.length === 0) return undefined
  const full = files.filter(({ size }) => size > 0)
  const { fd, slot } = dice.pick(full.length > 0 ? full : files)
  return inventory.nameFd(fd, descriptionOf(slot))
}

function drawProcess(situation: Situation, role: ProcessRole): Argument {
  const { dice } = situation
  if (situation.wild && dice.percent(30)) return dice.pick(ODD_PROCESSES[role] ?? [UNUSED_PROCESS])
  switch (role) {
    case 'any':
    case 'thread':
      return drawSomeone(situation)
    case 'wait':
      return dice.percent(50)
        ? -1
        : dice.percent(75)
          ? drawChild(situation)
          : dice.percent(50)
            ? 0
            : drawGroup(situation)
    case 'kill':
      return dice.percent(88)
        ? drawSomeone(situation)
        : dice.percent(40)
          ? 0
          : dice.percent(85)
            ? drawGroup(situation)
            : -1
    case 'group':
      return dice.percent(40) ? 0 : drawSomeone(situation)
  }
}

const drawSomeone = ({ inventory, dice }: Situation): Argument => ({ made: inventory.thread(dice) })

/** The group that somebody may lead, as kill and wait take it. */
const drawGroup = ({ inventory, dice }: Situation): Argument => ({ made: inventory.thread(dice), negated: true })

function drawChild({ caller, dice, inventory }: Situation): Argument {
  return caller.children.length === 0 ? -1 : inventory.nameProcess(dice.pick(caller.children))
}

function drawSemOps(dice: Dice): Argument {
  const one = () => ({
    num: dice.percent(75) ? 0 : 1,
    op: dice.pick(OPS),
    undo: dice.percent(60),
    nowait: dice.percent(15),
  })
  return dice.percent(85) ? [one()] : [one(), one()]
}

/** The start of one of the caller's mappings, or NULL. */
function drawAddress({ kernel, caller, dice, inventory, wild }: Situation, makesMapping: boolean): Argument {
  if (makesMapping && dice.percent(wild ? 40 : 90)) return 0
  const { mappings } = kernel.mms.at(caller.mm)
  return mappings.length === 0 ? undefined : inventory.nameAddress(dice.pick(mappings).address)
}
