import type { SignalAction } from './state/signals.ts'
import type { SignalSet } from './state/signal-set.ts'

/**
 * The closed set of parameter kinds. Whoever reads or makes arguments (generator, notation, decoder, executor) has one
 * exhaustive switch over `kind`, so that the compiler names each reader that lacks a new kind.
 */
export type Kind =
  | { readonly kind: 'int'; readonly among: readonly number[]; readonly unseen?: true }
  | { readonly kind: 'constant'; readonly word: string }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | {
      readonly kind: 'flags'
      readonly words: readonly string[]
      readonly usual?: readonly ReadonlySet<string>[]
      readonly permissions?: true
      readonly elsewhere?: true
      readonly loose?: true
    }
  | { readonly kind: 'fd' }
  | { readonly kind: 'new-fd' }
  | { readonly kind: 'process'; readonly role: ProcessRole }
  | { readonly kind: 'signal'; readonly zero: boolean }
  | { readonly kind: 'signal-set' }
  | { readonly kind: 'action' }
  | { readonly kind: 'path'; readonly space: NameSpace }
  | { readonly kind: 'key' }
  | { readonly kind: 'object'; readonly of: 'shm' | 'sem' | 'msg' }
  | { readonly kind: 'sem-ops' }
  | { readonly kind: 'sem-values' }
  | { readonly kind: 'message' }
  | { readonly kind: 'msg-limit' }
  | { readonly kind: 'lock'; readonly overwritten: boolean }
  | { readonly kind: 'address' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'data' }
  | { readonly kind: 'limit' }
  | { readonly kind: 'queue-attributes' }
  | { readonly kind: 'sigevent' }
  | { readonly kind: 'queued-value' }
  | { readonly kind: 'rights' }
  | { readonly kind: 'out'; readonly shape: OutShape }

/** Which process a number may name: a child, anyone, what wait or kill accept (-1, 0, -group too), a group, a thread. */
export type ProcessRole = 'any' | 'wait' | 'kill' | 'group' | 'thread'

/** Which names a path is drawn from. A queue's or semaphore's is its /name. */
export type NameSpace = 'file' | 'fifo' | 'program' | 'queue' | 'semaphore' | 'terminal'

/** What the kernel writes through a pointer. */
export type OutShape =
  | 'wait-status'
  | 'siginfo'
  | 'fds'
  | 'signal-set'
  | 'action'
  | 'lock'
  | 'number'
  | 'group'
  | 'shm-status'
  | 'sem-values'
  | 'msg-status'
  | 'data'
  | 'message'
  | 'limit'
  | 'queue-attributes'
  | 'ignored'

/** A parameter: its kind, and by `type` the TypeScript type of its argument. */
export type Param<T> = Kind & {
  readonly type?: T
  /** The value stands behind a pointer: strace writes it in brackets. */
  readonly boxed?: true
}

export type Args<P extends Readonly<Record<string, Param<unknown>>>> = {
  readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never
}

/** One operation of semop(2). */
export interface SemOp {
  readonly num: number
  readonly op: number
  readonly undo: boolean
  readonly nowait: boolean
}

/** What msgsnd(2) sends, beside the size, which is an argument of its own. */
export interface OutgoingMessage {
  readonly mtype: number
  /** The bytes, or the first of them, where a trace shows them. */
  readonly mtext?: string
}

/** struct flock as fcntl(2) takes it. A length of 0 reaches to the end of all offsets. */
export interface LockRequest {
  readonly type: 'F_RDLCK' | 'F_WRLCK' | 'F_UNLCK'
  readonly whence: 'SEEK_SET' | 'SEEK_CUR' | 'SEEK_END'
  readonly start: number
  readonly length: number
}

/** What F_GETLK asks about. */
export interface LockQuery extends Omit<LockRequest, 'type'> {
  readonly type: LockRequest['type'] | 'unknown'
}

/** struct flock as F_GETLK leaves it. `pid` is absent where it is as the caller left it. */
export interface LockReport extends LockRequest {
  readonly pid?: number
}

/** struct rlimit. Infinity stands for RLIM_INFINITY. */
export interface LimitRequest {
  readonly soft: number
  readonly hard: number
}

/** struct mq_attr as mq_open and mq_setattr take it: the one reads the numbers, the other the flag. */
export interface QueueAttributes {
  readonly maxMessages: number
  readonly maxSize: number
  readonly nonblock: boolean
}

/** struct sigevent as mq_notify takes it; `signal` counts under SIGEV_SIGNAL. */
export interface SignalEvent {
  readonly notify: 'SIGEV_SIGNAL' | 'SIGEV_NONE' | 'SIGEV_THREAD'
  readonly signal: number
}

/** An integer; generated programs draw it from `among`. */
export const int = (...among: number[]): Param<number> => ({ kind: 'int', among })
/** The same, behind what the kernel writes: null where a trace shows a call cut off before it, by the caller's death. */
export const intOrUnseen = (...among: number[]): Param<number | null> => ({ kind: 'int', among, unseen: true })
/** The word that names the form of a multiplexed call. */
export const constant = <W extends string>(text: W): Param<W> => ({ kind: 'constant', word: text })
export const word = <W extends string>(...words: W[]): Param<W> => ({ kind: 'word', words })
/** Bits or-ed together; those whose names the call does not list are dropped by readers and named as not modelled. */
export const flags = <W extends string>(...words: W[]): Param<ReadonlySet<W>> => ({ kind: 'flags', words })
/** Flags of which a generated program mostly takes one of the sets in `usual`. */
export const usualFlags = <W extends string>(
  words: readonly W[],
  ...usual: (readonly W[])[]
): Param<ReadonlySet<W>> => ({ kind: 'flags', words, usual: usual.map((set) => flagSet(...set)) })
/** Flags of which only these matter; whatever others there are is passed over. */
export const someFlags = <W extends string>(...words: W[]): Param<ReadonlySet<W>> => ({
  kind: 'flags',
  words,
  loose: true,
})
/** The same; with a word that is not listed it is another form of the call. */
export const oneFormFlags = <W extends string>(
  words: readonly W[],
  ...usual: (readonly W[])[]
): Param<ReadonlySet<W>> => ({ ...usualFlags(words, ...usual), elsewhere: true }) as Param<ReadonlySet<W>>
/** The same, with permission bits beside them, which are not modelled: shmget, semget, msgget. */
export const flagsAndMode = <W extends string>(...words: W[]): Param<ReadonlySet<W>> => ({
  kind: 'flags',
  words,
  permissions: true,
})
export const fd = (): Param<number> => ({ kind: 'fd' })
/** A descriptor number which need not be open, as dup2's target. */
export const newFd = (): Param<number> => ({ kind: 'new-fd' })
export const processOf = (role: ProcessRole): Param<number> => ({ kind: 'process', role })
export const signal = (options: { zero?: boolean } = {}): Param<number> => ({
  kind: 'signal',
  zero: options.zero ?? false,
})
export const signalSet = (): Param<SignalSet> => ({ kind: 'signal-set' })
/** A new disposition, or null to ask only. */
export const action = (): Param<SignalAction | null> => ({ kind: 'action' })
export const path = (space: NameSpace): Param<string> => ({ kind: 'path', space })
/** A System V key; 0 is IPC_PRIVATE. */
export const key = (): Param<number> => ({ kind: 'key' })
export const object = (of: 'shm' | 'sem' | 'msg'): Param<number> => ({ kind: 'object', of })
export const semOps = (): Param<readonly SemOp[]> => ({ kind: 'sem-ops' })
/** The values that SETALL gives to a set, one a semaphore; those missing are 0. Null: strace shows only where they are. */
export const semValues = (): Param<readonly number[] | null> => ({ kind: 'sem-values' })
export const message = (): Param<OutgoingMessage> => ({ kind: 'message' })
/** struct msqid_ds as IPC_SET takes it: its msg_qbytes, in bytes. */
export const msgLimit = (): Param<number> => ({ kind: 'msg-limit' })
export const lock = (): Param<LockRequest> => ({ kind: 'lock', overwritten: false })
/**
 * The lock that F_GETLK asks about, over which it writes its answer, a LockReport. A trace shows the answer alone: then
 * the question is null, or, where the answer is F_UNLCK and so leaves the range as it was, of that range and unknown type.
 */
export const lockQuery = (): Param<LockQuery | null> => ({ kind: 'lock', overwritten: true })
/** An address in the caller's memory; 0 is NULL. */
export const address = (): Param<number> => ({ kind: 'address' })
/** Milliseconds, or null to wait for ever. */
export const timeout = (): Param<number | null> => ({ kind: 'timeout' })
/** Bytes to write. A trace may show fewer than the length that follows. */
export const data = (): Param<string> => ({ kind: 'data' })
/** What to set a limit to, or null to ask only. */
export const limit = (): Param<LimitRequest | null> => ({ kind: 'limit' })
/** Null: by default, or to ask only. */
export const queueAttributes = (): Param<QueueAttributes | null> => ({ kind: 'queue-attributes' })
/** Descriptors of the sender's that go with a message: one, or several, or none. */
export const rights = (): Param<number | readonly number[] | null> => ({ kind: 'rights' })
/** The value that sigqueue sends along; null in a siginfo that is wholly of the sender's making. */
export const queuedValue = (): Param<number | null> => ({ kind: 'queued-value' })
/** How a process wants to be notified; null: no longer. */
export const sigevent = (): Param<SignalEvent | null> => ({ kind: 'sigevent' })
/** A value behind a pointer. */
export const boxed = <T>(param: Param<T>): Param<T> => ({ ...param, boxed: true })
export const out = (shape: OutShape): Param<undefined> => ({ kind: 'out', shape })

const FLAG_SETS = new Map<string, ReadonlySet<string>>()

/** The sets of flags by their words, one after the other in some order. */
interface InOrder {
  set: ReadonlySet<string> | undefined
  readonly next: Map<string, InOrder>
}

const IN_ORDER: InOrder = { set: undefined, next: new Map() }

/** Equal sets of flags are one object, so that states which hold them compare fast. */
export function flagSet<W extends string>(...words: W[]): ReadonlySet<W> {
  let place = IN_ORDER
  for (const word of words) {
    let next = place.next.get(word)
    if (next === undefined) place.next.set(word, (next = { set: undefined, next: new Map() }))
    place = next
  }
  return (place.set ??= inAnyOrder(words)) as ReadonlySet<W>
}

function inAnyOrder(words: readonly string[]): ReadonlySet<string> {
  const name = words.toSorted().join('|')
  let set = FLAG_SETS.get(name)
  if (set === undefined) FLAG_SETS.set(name, (set = new Set(words)))
  return set
}
