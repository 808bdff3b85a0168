import type { Internal, MoveKind } from './event.ts'
import type { Kernel } from './kernel.ts'
import { advance } from './lifecycle/compile.ts'
import { threadChart } from './lifecycle/thread.ts'
import { SIGALRM } from './signals.ts'
import type { Thread } from './state/threads.ts'
import { INIT, isExiting, isParked } from './functions/signals.ts'
import { answer, isBlocked, isUndecided, type Answer, type Outcome } from './syscall.ts'

/** Time passes only when nothing else can happen: these moves wait for all others where a run may choose. */
export const takesTime = (move: MoveKind): boolean => move === 'timeout' || move === 'alarm'

/**
 * What one thread can do inside the kernel now. Empty: it is in user mode, sleeps, or is dead. With `answered`, the
 * answer to its call when it has one that has not taken effect, so that the caller need not ask twice.
 */
export interface Moves {
  readonly moves: readonly Internal[]
  readonly answered: Answer | null
}

const NONE: Moves = { moves: [], answered: null }

const one = (tid: number, move: MoveKind, choice = 0): Moves => ({
  moves: [{ kind: 'internal', tid, move, choice }],
  answered: null,
})

export function movesOf(kernel: Kernel, tid: number): Moves {
  const thread = kernel.threads.get(tid)
  if (thread === undefined || thread.state === 'dead') return NONE
  switch (thread.state) {
    case 'in-call':
      return movesInCall(kernel, thread)
    case 'returning':
      if (thread.killed && thread.work.length === 0) return one(tid, 'die')
      if (thread.work.length > 0) return one(tid, 'work')
      return thread.vforkChild === 0 ? NONE : movesInVfork(kernel, thread)
    case 'execing':
      return execMoves(kernel, thread)
    case 'running':
      return movesInUserMode(kernel, thread)
    default:
      return one(tid, 'exit')
  }
}

function movesInCall(kernel: Kernel, thread: Readonly<Thread>): Moves {
  const { tid } = thread
  const moves: Internal[] = []
  const answered = answer(kernel, thread, thread.call!)
  if (!isBlocked(answered) && !isUndecided(answered))
    for (let choice = 0; choice < answered.length; choice++)
      moves.push({ kind: 'internal', tid, move: 'effect', choice })
  // A lock is taken, and whether it may stay must be seen; or a message, which must be passed on; whatever else happens.
  if (thread.lockCall?.state === 'held' || thread.unfinished?.received) return { moves, answered }
  if (thread.killed) moves.push({ kind: 'internal', tid, move: 'die', choice: 0 })
  else if (isBlocked(answered)) addInterruptions(kernel, thread, moves)
  else if (thread.slept && isInterruptedWhenReady(kernel, thread, answered)) addInterruptions(kernel, thread, moves)
  return { moves, answered }
}

/** Of a call of which it is not known whether it can be done, a signal may end the sleep at any time. */
function isInterruptedWhenReady(kernel: Kernel, thread: Readonly<Thread>, answered: Answer): boolean {
  return isUndecided(answered) || thread.call!.syscall.interruptedWhenReady?.(kernel, thread) === true
}

function addInterruptions(kernel: Kernel, thread: Readonly<Thread>, moves: Internal[]): void {
  const add = (move: MoveKind) => moves.push({ kind: 'internal', tid: thread.tid, move, choice: 0 })
  const { syscall, args } = thread.call!
  if (syscall.interrupted !== undefined && (thread.wokenInVain || kernel.fn.isInterrupted(kernel, thread)))
    add('interrupt')
  if (syscall.timeout !== undefined && syscall.timeout(args) !== null) add('timeout')
  if (hasAlarm(kernel, thread)) add('alarm')
}

/** Any one thread of the process stands for the clock. */
function hasAlarm(kernel: Kernel, thread: Readonly<Thread>): boolean {
  const { alarm, threads } = kernel.processOf(thread)
  return alarm > 0 && threads.find((tid) => !isExiting(kernel.threads.at(tid))) === thread.tid
}

/** A fatal signal may have decided its fate as it was sent, when the thread was on its way to sleep. */
function movesInVfork(kernel: Kernel, thread: Readonly<Thread>): Moves {
  const moves = kernel.fn
    .racingInVfork(kernel, thread)
    .map((_signal, choice): Internal => ({ kind: 'internal', tid: thread.tid, move: 'succumb', choice }))
  return moves.length === 0 ? NONE : { moves, answered: null }
}

function movesInUserMode(kernel: Kernel, thread: Readonly<Thread>): Moves {
  const { tid } = thread
  if (thread.killed) return one(tid, 'die')
  if (thread.doom !== 0) return one(tid, 'succumb')
  const process = kernel.processOf(thread)
  if (isParked(kernel, thread)) return NONE
  if (process.untold !== 'none') return one(tid, 'tell')
  if (process.toStop.includes(tid))
    return { moves: [...one(tid, 'stop').moves, ...racingMoves(kernel, thread)], answered: null }
  if (tid === INIT) return initMoves(kernel, thread)
  const moves: Internal[] = []
  const ways = kernel.fn.hasDeliverable(kernel, thread) ? kernel.fn.deliveries(kernel, thread).length : 0
  for (let choice = 0; choice < ways; choice++) moves.push({ kind: 'internal', tid, move: 'deliver', choice })
  if (hasAlarm(kernel, thread)) moves.push({ kind: 'internal', tid, move: 'alarm', choice: 0 })
  return moves.length === 0 ? NONE : { moves, answered: null }
}

/** Asked to stop, but still on a processor, it may be chosen for a fatal signal. Source: kernel/signal.c wants_signal(). */
function racingMoves(kernel: Kernel, thread: Readonly<Thread>): Internal[] {
  if (!kernel.fn.hasDeliverable(kernel, thread)) return []
  const { tid } = thread
  return kernel.fn.deliveries(kernel, thread).flatMap(({ signal, becomes }, choice): Internal[] => {
    if (signal.info.racing !== true || becomes !== 'death') return []
    return [{ kind: 'internal', tid, move: 'deliver', choice }]
  })
}

function initMoves(kernel: Kernel, thread: Readonly<Thread>): Moves {
  const zombie = thread.children.findIndex((pid) => kernel.processes.at(pid).state === 'zombie')
  return zombie < 0 ? NONE : one(INIT, 'init-reaps', zombie)
}

/** An exec phase that waits for other threads has no move until they are gone. */
function execMoves(kernel: Kernel, thread: Readonly<Thread>): Moves {
  const { tid } = thread
  const phase = kernel.rules.execPhases[execPhase(thread)]!
  const moves: Internal[] = []
  if (phase.ready(kernel, thread)) moves.push({ kind: 'internal', tid, move: 'exec', choice: 0 })
  if (thread.killed && phase.killable) moves.push({ kind: 'internal', tid, move: 'die', choice: 0 })
  return { moves, answered: null }
}

/** `cursor` of a thread in execve: the number of the phase, and progress inside it. */
const WITHIN = 1 << 20
const execPhase = (thread: Readonly<Thread>): number => Math.floor(thread.cursor / WITHIN)

/**
 * Let one move of `movesOf` happen, in place. `answered` is what `movesOf` gave beside it.
 *
 * Errors: throws when the thread cannot do that now; only moves that `movesOf` lists may be passed.
 */
export function makeMove(kernel: Kernel, move: Internal, answered: Answer | null): void {
  const { tid } = move
  switch (move.move) {
    case 'effect':
      takeEffect(kernel, tid, (answered as readonly Outcome[])[move.choice]!)
      return
    case 'interrupt': {
      const row = kernel.threads.edit(tid)
      row.state = advance(threadChart, row.state, 'INTERRUPT')
      // First, as what the call holds may be the last reference to what it sleeps on.
      if (row.sleepsOn !== null) kernel.fn.leaveSleepers(kernel, tid)
      kernel.fn.interrupt(kernel, tid)
      if (row.lockCall !== null) kernel.fn.endLockCall(kernel, tid)
      return
    }
    case 'timeout':
      takeEffect(kernel, tid, { result: kernel.threads.at(tid).call!.syscall.timesOut! })
      return
    case 'deliver':
      kernel.fn.deliver(kernel, tid, kernel.fn.deliveries(kernel, kernel.threads.at(tid))[move.choice]!)
      return
    case 'stop':
      kernel.fn.stopThread(kernel, tid)
      return
    case 'tell':
      kernel.fn.tellParent(kernel, tid)
      return
    case 'succumb': {
      const thread = kernel.threads.at(tid)
      const { pid, doom } = thread
      kernel.fn.groupExit(kernel, pid, doom === 0 ? kernel.fn.racingInVfork(kernel, thread)[move.choice]! : doom)
      return
    }
    case 'die':
      kernel.fn.beginExit(kernel, tid)
      return
    case 'exit':
      exitStep(kernel, tid)
      return
    case 'exec':
      execStep(kernel, tid)
      return
    case 'work':
      kernel.fn.taskWorkRunOne(kernel, tid)
      return
    case 'alarm': {
      const { pid } = kernel.threads.at(tid)
      kernel.processes.edit(pid).alarm = 0
      kernel.fn.sendToProcess(kernel, pid, { signal: SIGALRM, code: 'SI_KERNEL', pid: 0 })
      return
    }
    case 'init-reaps':
      kernel.fn.reap(kernel, kernel.threads.at(INIT).children[move.choice]!)
  }
}

/** One outcome of the thread's call happens, in place. */
export function takeEffect(kernel: Kernel, tid: number, outcome: Outcome): void {
  const row = kernel.threads.edit(tid)
  if (outcome.noReturn === true || outcome.goesOn !== undefined) {
    outcome.effect?.(kernel)
    return
  }
  row.state = advance(threadChart, row.state, 'EFFECT')
  row.result = outcome.result
  row.out = outcome.out ?? null
  outcome.effect?.(kernel)
  if (row.sleepsOn !== null) kernel.fn.leaveSleepers(kernel, tid)
  if (row.unfinished !== null) kernel.fn.finishCall(kernel, tid)
  if (row.lockCall !== null) kernel.fn.endLockCall(kernel, tid)
}

function exitStep(kernel: Kernel, tid: number): void {
  const { state } = kernel.threads.at(tid)
  const { exitPhases } = kernel.rules
  let phase = 0
  while (exitPhases[phase]!.state !== state) phase++
  const done = exitPhases[phase]!.run(kernel, tid)
  if (!done || state === 'exiting.notify') return
  const row = kernel.threads.edit(tid)
  row.state = advance(threadChart, row.state, 'NEXT_PHASE')
  row.cursor = 0
}

function execStep(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.at(tid)
  const number = execPhase(thread)
  if (!kernel.rules.execPhases[number]!.run(kernel, tid)) return
  // The main thread's number passes to the thread that called execve.
  const row = kernel.threads.edit(kernel.threads.has(tid) ? tid : thread.pid)
  if (number + 1 < kernel.rules.execPhases.length) {
    row.cursor = (number + 1) * WITHIN
  } else {
    row.cursor = 0
    row.state = advance(threadChart, row.state, 'EXEC_DONE')
    row.result = 0
  }
}

/** A thread enters a call. Throws when it is not in user mode, or must take a signal first. */
export function enterCall(kernel: Kernel, tid: number, call: NonNullable<Thread['call']>): void {
  const row = kernel.threads.edit(tid)
  if (hasPending(kernel, row)) kernel.fn.outlivePassed(kernel, tid)
  row.state = advance(threadChart, row.state, 'CALL')
  row.call = call
  row.restart = null
  row.slept = false
  row.result = null
  row.out = null
  if (row.saved !== null) {
    row.blocked = row.saved
    row.saved = null
  }
}

/** Whether the thread may enter a call: it is in user mode, has not stopped, and no signal is due. */
export function mayCall(kernel: Kernel, thread: Readonly<Thread>): boolean {
  if (thread.state !== 'running' || thread.killed || thread.doom !== 0 || isParked(kernel, thread)) return false
  if (kernel.processOf(thread).untold === 'continued') return false
  return !thread.due || !kernel.fn.mustTake(kernel, thread)
}

/** Whether the thread may go back to user mode now. */
export const mayReturn = (thread: Readonly<Thread>): boolean =>
  thread.state === 'returning' && !thread.killed && thread.work.length === 0 && thread.vforkChild === 0

/** The thread goes back to user mode; `mayReturn` holds. */
export function returnFromCall(kernel: Kernel, tid: number): void {
  const row = kernel.threads.edit(tid)
  row.state = advance(threadChart, row.state, 'RETURN')
  row.call = null
  row.out = null
  row.slept = false
  row.objectGone = false
  row.wokenInVain = false
  row.due = kernel.fn.mustTake(kernel, row)
  if (hasPending(kernel, row)) kernel.fn.passOptional(kernel, tid)
}

const hasPending = (kernel: Kernel, { pending, pid }: Readonly<Thread>): boolean =>
  pending.length > 0 || kernel.processes.at(pid).pending.length > 0

/** A call was seen to sleep. */
export function fallAsleep(kernel: Kernel, tid: number): void {
  if (!kernel.threads.at(tid).slept) kernel.threads.edit(tid).slept = true
}
