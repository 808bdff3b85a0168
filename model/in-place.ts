import { isExiting } from './functions/signals.ts'
import {
  copiesShared,
  isAboutToStop,
  isCutShort,
  isExcluded,
  isInHandler,
  leadsTo,
  leftStatus,
  mayTakeHold,
  release,
  type Goal,
} from './goals.ts'
import type { Kernel } from './kernel.ts'
import { enterCall, makeMove, mayCall, movesOf, returnFromCall, takeEffect } from './moves.ts'
import type { Thread } from './state/threads.ts'
import { answer, isBlocked, isUndecided, type Call, type Outcome, type Undecided } from './syscall.ts'

/** Whether a goal was met in place; if not, nothing was changed. `open`: what the rule does not say of the call's end. */
export interface Taken {
  readonly met: boolean
  readonly open: Undecided | undefined
}

const MET: Taken = { met: true, open: undefined }
const NOT_MET: Taken = { met: false, open: undefined }

/** Meet a goal in place, where its thread has just one way to meet it, and that way is seen to lead there before it is taken. */
export function meetInPlace(kernel: Kernel, goal: Goal, untraced: boolean): Taken {
  const thread = kernel.threads.get(goal.tid)
  if (thread === undefined) return goal.kind === 'dead' && goal.isThere !== true ? MET : NOT_MET
  kernel.ledger.step++
  switch (goal.kind) {
    case 'call':
      if (!entersAtOnce(kernel, thread, goal, untraced)) return NOT_MET
      enterCall(kernel, goal.tid, goal.call)
      return MET
    case 'return':
      return comeBack(kernel, thread, goal)
    case 'signal':
      return takeSignal(kernel, thread, goal)
    case 'dead':
      return die(kernel, thread, goal)
    case 'stopped':
    case 'hold':
    case 'settled':
      return NOT_MET
  }
}

/** Meet a call or a return in place in all of several kernels. False, and nothing is changed, if that cannot be done in one of them. */
export function allMeetInPlace(kernels: readonly Kernel[], goal: Goal, untraced: boolean): boolean {
  if (goal.kind !== 'call' && goal.kind !== 'return') return false
  const ways: (Outcome | Undecided)[] = []
  for (const kernel of kernels) {
    const thread = kernel.threads.get(goal.tid)
    if (thread === undefined) return false
    if (goal.kind === 'call') {
      if (!entersAtOnce(kernel, thread, goal, untraced)) return false
      continue
    }
    const way = wayBack(kernel, thread, goal)
    if (way === undefined) return false
    ways.push(way)
  }
  for (const [place, kernel] of kernels.entries()) {
    kernel.ledger.step++
    if (goal.kind === 'call') enterCall(kernel, goal.tid, goal.call)
    else goBack(kernel, goal.tid, ways[place]!)
  }
  return true
}

/** The call begins in one way only. */
function entersAtOnce(
  kernel: Kernel,
  thread: Readonly<Thread>,
  goal: Goal & { kind: 'call' },
  untraced: boolean,
): boolean {
  if (!mayCall(kernel, thread) || mayTakeHold(kernel, thread, goal.call)) return false
  return !copiesShared(kernel, thread, goal.call) && !(untraced && isInHandler(kernel, goal))
}

function comeBack(kernel: Kernel, thread: Readonly<Thread>, goal: Goal & { kind: 'return' }): Taken {
  const way = wayBack(kernel, thread, goal)
  if (way === undefined) return { met: false, open: thread.killed ? undefined : openAnswer(kernel, goal.tid) }
  goBack(kernel, goal.tid, way)
  return isOpen(way) ? { met: true, open: way } : MET
}

/** What the rule does not say of the call that a thread is in, if it does not say all. */
export function openAnswer(kernel: Kernel, tid: number): Undecided | undefined {
  const thread = kernel.threads.get(tid)
  if (thread?.state !== 'in-call') return undefined
  const outcomes = answer(kernel, thread, thread.call!)
  return isUndecided(outcomes) ? outcomes : undefined
}

/** The one way from a call to what was seen: the outcome, or what the rule leaves open. */
function wayBack(
  kernel: Kernel,
  thread: Readonly<Thread>,
  { tid, matches }: Goal & { kind: 'return' },
): Outcome | Undecided | undefined {
  if (thread.state !== 'in-call' || thread.killed) return undefined
  const call = thread.call!
  const outcomes = answer(kernel, thread, call)
  if (isUndecided(outcomes)) {
    if (isExcluded(outcomes, matches, kernel) || isCutShort(kernel, thread, matches)) return undefined
    return movesOf(kernel, tid).moves.length > 0 ? undefined : outcomes
  }
  if (isBlocked(outcomes)) return undefined
  let way: Outcome | undefined
  let ways = 0
  for (const outcome of outcomes) {
    if (!leadsTo(kernel, call.syscall, outcome, matches)) continue
    way = outcome
    ways++
  }
  return way === undefined || ways > 1 || !isStraight(kernel, thread, way) ? undefined : way
}

function goBack(kernel: Kernel, tid: number, way: Outcome | Undecided): void {
  if (isOpen(way)) {
    release(kernel, tid, way)
    return
  }
  takeEffect(kernel, tid, way)
  while (kernel.threads.at(tid).state === 'execing') makeMove(kernel, ofOwn(tid, 'exec'), null)
  while (kernel.threads.at(tid).work.length > 0) makeMove(kernel, ofOwn(tid, 'work'), null)
  returnFromCall(kernel, tid)
}

const isOpen = (way: Outcome | Undecided): way is Undecided => 'undecided' in way

/** Nothing can hold the call up on its way back: it waits neither for a vfork child nor for other threads to die. */
function isStraight(kernel: Kernel, thread: Readonly<Thread>, { goesOn, noReturn }: Outcome): boolean {
  if (goesOn !== undefined || makesVfork(thread.call!)) return false
  return noReturn !== true || kernel.processOf(thread).threads.length === 1
}

function makesVfork({ syscall, args }: Call): boolean {
  if (syscall.makes !== 'process' && syscall.makes !== 'thread') return false
  return syscall.name === 'vfork' || (args.flags as ReadonlySet<string> | undefined)?.has('CLONE_VFORK') === true
}

function takeSignal(kernel: Kernel, thread: Readonly<Thread>, { tid, matches }: Goal & { kind: 'signal' }): Taken {
  if (thread.state !== 'running' || thread.killed || thread.doom !== 0) return NOT_MET
  const process = kernel.processOf(thread)
  if (process.state !== 'running' || process.untold !== 'none' || isAboutToStop(process)) return NOT_MET
  const deliveries = kernel.fn.deliveries(kernel, thread)
  const ways = deliveries.filter(({ signal }) => matches(signal.info, kernel))
  if (ways.length !== 1) return NOT_MET
  kernel.fn.deliver(kernel, tid, ways[0]!)
  return MET
}

/** A thread that exits does so to its end, and the status that it, or its process, leaves is known from the beginning. */
function die(kernel: Kernel, thread: Readonly<Thread>, { tid, matches }: Goal & { kind: 'dead' }): Taken {
  if (!isExiting(thread) || !leftStatus(kernel, tid, matches)) return NOT_MET
  for (;;) {
    const { moves } = movesOf(kernel, tid)
    if (moves.length === 0) return MET
    makeMove(kernel, moves[0]!, null)
  }
}

const ofOwn = (tid: number, move: 'exec' | 'work') => ({ kind: 'internal', tid, move, choice: 0 }) as const
