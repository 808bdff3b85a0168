import { isExiting } from './functions/signals.ts'
import {
  copiesShared,
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
  if (thread === undefined) return goal.kind === 'dead' ? MET : NOT_MET
  kernel.ledger.step++
  switch (goal.kind) {
    case 'call':
      if (!mayCall(kernel, thread) || mayTakeHold(kernel, thread, goal.call)) return NOT_MET
      if (copiesShared(kernel, thread, goal.call)) return NOT_MET
      if (untraced && isInHandler(kernel, goal)) return NOT_MET
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

function comeBack(kernel: Kernel, thread: Readonly<Thread>, { tid, matches }: Goal & { kind: 'return' }): Taken {
  if (thread.state !== 'in-call' || thread.killed) return NOT_MET
  const call = thread.call!
  const outcomes = answer(kernel, thread, call)
  if (isUndecided(outcomes)) {
    const isOpen = !isExcluded(outcomes, matches, kernel) && !isCutShort(kernel, thread, matches)
    if (movesOf(kernel, tid).moves.length > 0 || !isOpen) return { met: false, open: outcomes }
    release(kernel, tid, outcomes)
    return { met: true, open: outcomes }
  }
  if (isBlocked(outcomes)) return NOT_MET
  let way: Outcome | undefined
  let ways = 0
  for (const outcome of outcomes) {
    if (!leadsTo(kernel, call.syscall, outcome, matches)) continue
    way = outcome
    ways++
  }
  if (way === undefined || ways > 1 || !isStraight(kernel, thread, way)) return NOT_MET
  takeEffect(kernel, tid, way)
  while (kernel.threads.at(tid).state === 'execing') makeMove(kernel, ofOwn(tid, 'exec'), null)
  while (kernel.threads.at(tid).work.length > 0) makeMove(kernel, ofOwn(tid, 'work'), null)
  returnFromCall(kernel, tid)
  return MET
}

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
  if (thread.state !== 'running' || thread.killed) return NOT_MET
  const process = kernel.processOf(thread)
  if (process.state !== 'running' || process.untold !== 'none') return NOT_MET
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
