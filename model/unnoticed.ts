import type { Internal } from './event.ts'
import { descriptionOf } from './functions/files.ts'
import type { Goal } from './goals.ts'
import { fork } from './goals.ts'
import type { Kernel } from './kernel.ts'
import { makeMove, movesOf } from './moves.ts'
import { idOfKey, type Row, type Table } from './state/table.ts'
import { equalValues } from './state/values.ts'
import type { Thread } from './state/threads.ts'

/** What is known of the time that is looked ahead. */
export interface Ahead {
  readonly steady: Steady
  /** Threads of which something will be seen. */
  readonly awaited: ReadonlySet<number>
}

/** Open file descriptions, and memory, of which a reference surely stays for as long as is looked ahead. */
export interface Steady {
  readonly descriptions: ReadonlySet<number>
  readonly memories: ReadonlySet<number>
}

export const NOTHING_STEADY: Steady = { descriptions: new Set(), memories: new Set() }

const DROPS_DESCRIPTORS = /^(close|close_range|dup2|dup3|execve|execveat|unshare|exit|exit_group|recvmsg)$/
const DROPS_MAPPINGS = /^(munmap|mmap|mremap|shmat|shmdt|brk|execve|execveat|exit|exit_group|sem_close|sem_unlink)$/

/**
 * What the thread of the last goal holds, in all of these states, and lets go of in none of the goals: it comes back from
 * a call after them, and so it lives.
 */
export function steadyUntil(states: readonly Kernel[], goals: readonly Goal[]): Steady {
  const last = goals.at(-1)!
  if (last.kind !== 'return') return NOTHING_STEADY
  const held = states.map((state) => heldBy(state, last.tid, goals))
  const inAll = (of: keyof Steady): Set<number> =>
    new Set([...held[0]![of]].filter((id) => held.every((other) => other[of].has(id))))
  return { descriptions: inAll('descriptions'), memories: inAll('memories') }
}

function heldBy(state: Kernel, tid: number, goals: readonly Goal[]): Steady {
  const thread = state.threads.get(tid)
  if (thread === undefined) return NOTHING_STEADY
  const { files, mm } = thread
  const calls = (container: 'files' | 'mm', id: number): string[] => [
    ...state.threads
      .rows()
      .flatMap((row) => (row[container] === id && row.call !== null ? [row.call.syscall.name] : [])),
    ...goals.flatMap((goal) =>
      // Of a thread that is made meanwhile it is not known what it shares.
      goal.kind === 'call' && (state.threads.get(goal.tid)?.[container] ?? id) === id ? [goal.call.syscall.name] : [],
    ),
  ]
  const descriptions = new Set<number>()
  const memories = new Set<number>()
  if (files !== 0 && !calls('files', files).some((name) => DROPS_DESCRIPTORS.test(name)))
    for (const slot of state.files.at(files).slots) if (slot !== 0) descriptions.add(descriptionOf(slot))
  if (mm !== 0 && !calls('mm', mm).some((name) => DROPS_MAPPINGS.test(name)))
    for (const { description, object, kind } of state.mms.at(mm).mappings) {
      if (description !== 0) descriptions.add(description)
      if (kind === 'shared-anonymous') memories.add(object)
    }
  return { descriptions, memories }
}

/**
 * A step wrote nothing but rows that the thread shares with nobody, or took one reference from what somebody else surely
 * goes on to hold.
 */
export function isUnnoticed(before: Kernel, thread: Readonly<Thread>, after: Kernel, steady: Steady): boolean {
  const { tid, pid, mm, files, fs, undo } = thread
  const own = [before.threads.key(tid)]
  if (before.processes.at(pid).state === 'exiting') own.push(before.processes.key(pid))
  const containers: [Table<Row & { users: number }>, number][] = [
    [before.mms as never, mm],
    [before.files as never, files],
    [before.fs as never, fs],
    [before.undos as never, undo],
  ]
  for (const [table, id] of containers) if (id !== 0 && table.at(id).users === 1) own.push(table.key(id))
  const { touched } = after.ledger
  return touched
    .slice(before.ledger.touched.length)
    .every((key) => own.includes(key) || isOneFewer(before, after, key, steady))
}

/** Nothing in this row has changed but that it has fewer references; it keeps some. */
function isOneFewer(before: Kernel, after: Kernel, key: number, { descriptions, memories }: Steady): boolean {
  const id = idOfKey(key)
  if (descriptions.has(id) && before.descriptions.key(id) === key)
    return sameBut(before.descriptions.get(id), after.descriptions.get(id), 'references')
  if (memories.has(id) && before.sharedMemory.key(id) === key)
    return sameBut(before.sharedMemory.get(id), after.sharedMemory.get(id), 'users')
  return false
}

const BOOKKEEPING: ReadonlySet<string> = new Set<keyof Row>(['own', 'step', 'hash'])

function sameBut<R extends Row>(a: Readonly<R> | undefined, b: Readonly<R> | undefined, count: keyof R): boolean {
  if (a === undefined || b === undefined) return false
  for (const field in a)
    if (field !== count && !BOOKKEEPING.has(field) && !equalValues(a[field], b[field])) return false
  return true
}

/** Steps of one thread that are looked at, at the most. */
const DEPTH = 4

/**
 * A move of a thread of which nothing will be seen any more, which neither kills it nor writes what others may read, and
 * after which it has only such moves: nobody needs it.
 */
export function leadsNowhere(state: Kernel, move: Internal, depth = DEPTH): boolean {
  if (depth === 0 || !isOwn(move)) return false
  const { tid } = move
  const { answered } = movesOf(state, tid)
  const after = fork(state, (copy) => makeMove(copy, move, answered))
  const thread = after.threads.get(tid)
  if (thread === undefined || thread.killed) return false
  const own = [state.threads.key(tid), state.processes.key(thread.pid)]
  if (!after.ledger.touched.slice(state.ledger.touched.length).every((key) => own.includes(key))) return false
  return movesOf(after, tid).moves.every((next) => next.move === 'deliver' || leadsNowhere(after, next, depth - 1))
}

/** Moves that only end a thread's own sleep. */
const isOwn = ({ move }: Internal): boolean => move === 'alarm' || move === 'interrupt'
