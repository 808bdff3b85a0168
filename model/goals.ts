import type { Internal } from './event.ts'
import type { Kernel } from './kernel.ts'
import { interruptedResult, type Deliverable, type Delivery } from './functions/delivery.ts'
import { isExiting, isParked } from './functions/signals.ts'
import { isHolding } from './functions/unfinished-calls.ts'
import { enterCall, fallAsleep, makeMove, mayCall, mayReturn, movesOf, returnFromCall } from './moves.ts'
import { settledAs, type Standing } from './settled.ts'
import { SIGCONT, STOP_SIGNALS } from './signals.ts'
import { hasSignal, setOfSignals, withSignals } from './state/signal-set.ts'
import type { Siginfo } from './state/signals.ts'
import type { Process } from './state/processes.ts'
import type { Thread } from './state/threads.ts'
import {
  answer,
  isBlocked,
  isUndecided,
  type Answer,
  type Call,
  type Outcome,
  type OutValues,
  type Result,
  type Syscall,
  type Undecided,
} from './syscall.ts'

/** What was seen of one thread, to be explained by the model. */
export type Goal =
  | { readonly kind: 'call'; readonly tid: number; readonly call: Call }
  /** It came back with something that `matches`. `forgive`: a result that the model need not explain, without effect. */
  | {
      readonly kind: 'return'
      readonly tid: number
      readonly matches: (result: Result, out: OutValues | null, kernel: Kernel) => boolean
      /** What was seen is that the thread ran on, perhaps after a stop which it took on its way out of the kernel. */
      readonly late?: true
      /** The world outside the model may be the cause, without effect. */
      readonly byWorld?: boolean
      /** No order of hidden steps leads to it from these states or those before, as is known without looking at them. */
      readonly refuted?: (states: readonly Kernel[]) => boolean
    }
  | {
      readonly kind: 'signal'
      readonly tid: number
      readonly matches: (info: Siginfo, kernel: Kernel) => boolean
      /** What was seen is that the handler of this signal ran, perhaps after a stop that came before its first instruction. */
      readonly late?: number
      /** As of a return. */
      readonly refuted?: (states: readonly Kernel[]) => boolean
    }
  | { readonly kind: 'stopped'; readonly tid: number; readonly signal: number }
  /** It is still in its call, which has taken its first step if it could. */
  | { readonly kind: 'hold'; readonly tid: number }
  /** It is dead, and `matches` the wait status that it, or its process, left. */
  | {
      readonly kind: 'dead'
      readonly tid: number
      readonly matches: (status: number) => boolean
      /** It was there until now: that its parent has taken it away would not tell what it left. */
      readonly isThere?: boolean
    }
  /** All came to rest, of whom nobody in particular; then every thread but init, and no other, stood as listed. */
  | {
      readonly kind: 'settled'
      readonly tid: 0
      readonly standings: ReadonlyMap<number, Standing>
      /** Whether all else that was seen then was as in this kernel. */
      readonly matches?: (kernel: Kernel) => boolean
    }

/** The handler that runs may make the call, or have returned before, unseen. */
export function isInHandler(kernel: Kernel, goal: Goal): boolean {
  if (goal.kind !== 'call' || goal.call.syscall.name === 'rt_sigreturn') return false
  return (kernel.threads.get(goal.tid)?.frames.length ?? 0) > 0
}

/** Calls that go on sleeping when what they wait for, or the wish to wait for it, is gone. */
const REMEMBERS: ReadonlySet<string> = new Set(['wait4', 'waitid', 'read', 'write'])

/**
 * What becomes of a thread by itself, unseen, when nobody traces it: a signal ends the sleep of its call, a signal kills
 * it, its handler returns, its call starts again; with `stops`, a signal stops it, or its call falls asleep.
 */
export function unseen(kernel: Kernel, tid: number, stops = false): Kernel[] {
  const thread = kernel.threads.get(tid)
  if (thread === undefined || thread.killed) return []
  if (thread.state === 'in-call') {
    const asleep = thread.slept ? kernel : fork(kernel, (copy) => fallAsleep(copy, tid))
    const { moves, answered } = movesOf(asleep, tid)
    const interrupted = moves
      .filter(({ move }) => move === 'interrupt')
      .map((move) => fork(asleep, (copy) => makeMove(copy, move, answered)))
    const sleeps =
      stops && asleep !== kernel && answered !== null && isBlocked(answered) && REMEMBERS.has(thread.call!.syscall.name)
    return sleeps ? [...interrupted, asleep] : interrupted
  }
  if (thread.state === 'returning') {
    const restarts = typeof thread.result === 'string' && thread.restart !== null
    if (thread.vforkChild !== 0) return racesLost(kernel, thread)
    if (!mayReturn(thread) || !(restarts || stops)) return []
    const returned = fork(kernel, (copy) => returnFromCall(copy, tid))
    return restarts || isCutOff(returned, tid) || startsEarly(returned, tid) ? [returned] : []
  }
  if (thread.state !== 'running' || kernel.processOf(thread).state === 'stopped') return []
  const taken = deliveriesOf(kernel, thread).flatMap(([{ becomes, signal }, state]) => {
    if (becomes === 'handler') return stops && (mayBeFlushed(signal) || isCutOff(state, tid)) ? [state] : []
    return becomes === 'stop' && !stops ? [] : [state]
  })
  return [...taken, ...afterHandlers(kernel, thread)]
}

/** A signal that was sent while it was on its way to sleep has killed it. */
const racesLost = (kernel: Kernel, { tid }: Readonly<Thread>): Kernel[] =>
  movesOf(kernel, tid)
    .moves.filter(({ move }) => move === 'succumb')
    .map((move) => fork(kernel, (copy) => makeMove(copy, move, null)))

/** What may become of the signals that the thread can take, each with the kernel after it. */
const deliveriesOf = (kernel: Kernel, thread: Readonly<Thread>): [Delivery, Kernel][] =>
  kernel.fn.deliveries(kernel, thread).map((delivery, choice) => {
    const move: Internal = { kind: 'internal', tid: thread.tid, move: 'deliver', choice }
    return [delivery, fork(kernel, (copy) => makeMove(copy, move, null))]
  })

const FLUSHED = withSignals(STOP_SIGNALS, setOfSignals(SIGCONT))

/** What is sent before the handler starts would have taken the signal away. Source: kernel/signal.c prepare_signal(). */
const mayBeFlushed = ({ info }: Deliverable): boolean => hasSignal(FLUSHED, info.signal)

/** A stop or death comes before the first instruction: of user mode after a call, or of a handler that is about to start. */
function isCutOff(kernel: Kernel, tid: number): boolean {
  const thread = kernel.threads.at(tid)
  if (kernel.processOf(thread).toStop.includes(tid)) return true
  return deliveriesOf(kernel, thread).some(
    ([{ becomes }, state]) => becomes === 'stop' || becomes === 'death' || isCutOff(state, tid),
  )
}

/** A handler is about to start whose signal might be taken away before that is seen. */
const startsEarly = (kernel: Kernel, tid: number): boolean =>
  kernel.fn
    .deliveries(kernel, kernel.threads.at(tid))
    .some(({ becomes, signal }) => becomes === 'handler' && mayBeFlushed(signal))

/** The innermost handler returns, or else the interrupted call starts again. */
function afterHandlers(kernel: Kernel, thread: Readonly<Thread>): Kernel[] {
  const { tid, restart } = thread
  if (!mayCall(kernel, thread)) return []
  if (thread.frames.length === 0) return restart === null ? [] : [fork(kernel, (copy) => enterCall(copy, tid, restart))]
  const sigreturn: Call = { syscall: kernel.rules.syscalls.get('rt_sigreturn')!, args: {} }
  return attempt(
    fork(kernel, (copy) => enterCall(copy, tid, sigreturn)),
    { kind: 'return', tid, matches: () => true },
  )
}

/** Every kernel in which the goal has been met by moves of its own thread alone; `wide`: even by those that are hardly ever right. */
export function attempt(kernel: Kernel, goal: Goal, wide = false): Kernel[] {
  const thread = kernel.threads.get(goal.tid)
  switch (goal.kind) {
    case 'call':
      if (thread === undefined || !mayCall(kernel, thread)) return []
      return enter(kernel, thread, goal.call, wide)
    case 'return':
      return thread === undefined ? [] : comeBack(kernel, goal)
    case 'signal':
      return thread === undefined ? [] : takeSignal(kernel, goal)
    case 'stopped':
      return thread === undefined ? [] : shownStops(kernel, thread, goal.signal)
    case 'hold':
      return thread?.state === 'in-call' && !isHolding(thread) ? takeHold(kernel, goal.tid) : [kernel]
    case 'dead':
      if (thread === undefined) return goal.isThere === true ? [] : [kernel]
      return die(kernel, goal)
    case 'settled':
      return settledAs(kernel, goal.standings).filter((state) => goal.matches?.(state) ?? true)
  }
}

/**
 * A call begins; where others may change the table meanwhile, both as it enters and as it has found its file. To leave
 * that for later would be to forget which file it was.
 */
function enter(kernel: Kernel, thread: Readonly<Thread>, call: Call, wide: boolean): Kernel[] {
  const { tid } = thread
  const entered = fork(kernel, (copy) => enterCall(copy, tid, call))
  if (copiesShared(kernel, thread, call)) return [entered, ...made(entered, tid)]
  if (!mayTakeHold(kernel, thread, call)) return [entered]
  const holding = firstSteps(entered, tid)
  // Where it is known what the call got, its first step comes when it can, unless that turns out wrong.
  return call.given !== undefined && !wide ? holding : [entered, ...holding]
}

/** The call copies a table that other threads may change meanwhile. Source: clone(2); kernel/fork.c copy_files(). */
export function copiesShared(kernel: Kernel, thread: Readonly<Thread>, { syscall, args, given }: Call): boolean {
  if (given === undefined || (syscall.makes !== 'process' && syscall.makes !== 'thread')) return false
  if (kernel.files.at(thread.files).users === 1) return false
  return (args.flags as ReadonlySet<string> | undefined)?.has('CLONE_FILES') !== true
}

/** What it makes is made at once. */
function made(kernel: Kernel, tid: number): Kernel[] {
  const { moves, answered } = movesOf(kernel, tid)
  return moves
    .filter(
      ({ move, choice }) => move === 'effect' && typeof (answered as readonly Outcome[])[choice]!.result === 'number',
    )
    .map((move) => fork(kernel, (copy) => makeMove(copy, move, answered)))
}

function firstSteps(kernel: Kernel, tid: number): Kernel[] {
  const { moves, answered } = movesOf(kernel, tid)
  return moves
    .filter(({ move, choice }) => move === 'effect' && isFirstStep((answered as readonly Outcome[])[choice]!))
    .map((move) => fork(kernel, (copy) => makeMove(copy, move, answered)))
}

function takeHold(kernel: Kernel, tid: number): Kernel[] {
  const thread = kernel.threads.at(tid)
  if (copiesShared(kernel, thread, thread.call!)) return [kernel, ...made(kernel, tid)]
  const holding = firstSteps(kernel, tid)
  return holding.length > 0 ? holding : [kernel]
}

/** The first step of the call may be to take hold of a file whose descriptor another thread can close. */
export function mayTakeHold(kernel: Kernel, thread: Readonly<Thread>, call: Call): boolean {
  if (kernel.files.at(thread.files).users === 1) return false
  const answered = answer(kernel, thread, call)
  return !isBlocked(answered) && !isUndecided(answered) && answered.some(isFirstStep)
}

/** What is done aside is left for whoever needs it. */
const isFirstStep = ({ goesOn, isAside }: Outcome): boolean => goesOn !== undefined && isAside === undefined

function comeBack(kernel: Kernel, goal: Goal & { kind: 'return' }): Kernel[] {
  const { tid } = goal
  const thread = kernel.threads.get(tid)!
  switch (thread.state) {
    case 'running':
      return goal.late === true && thread.result !== null && goal.matches(thread.result, null, kernel) ? [kernel] : []
    case 'returning':
      if (thread.work.length > 0) return comeBack(workOff(kernel, tid), goal)
      // A thread that dies on its way out of the kernel has shown its result before.
      if (thread.vforkChild !== 0 || !goal.matches(thread.result!, thread.out, kernel)) return []
      return [fork(kernel, (copy) => returnFromCall(copy, tid))]
    case 'execing': {
      const { moves, answered } = movesOf(kernel, tid)
      return moves
        .filter(({ move }) => move === 'exec')
        .flatMap((move) =>
          comeBackAs(
            fork(kernel, (copy) => makeMove(copy, move, answered)),
            goal,
          ),
        )
    }
    case 'in-call': {
      // It may have slept unseen; that matters only where a signal, or time, ended its sleep.
      const woken = goal.matches(interruptedResult(thread), null, kernel) || thread.call!.syscall.timeout !== undefined
      const asleep = thread.slept || !woken ? kernel : fork(kernel, (copy) => fallAsleep(copy, tid))
      const { moves, answered } = movesOf(asleep, tid)
      const met = moves
        .filter((move) => move.move !== 'die' && fits(asleep, answered, move, goal.matches))
        .flatMap((move) =>
          comeBackAs(
            fork(asleep, (copy) => makeMove(copy, move, answered)),
            goal,
          ),
        )
      if (met.length > 0 || answered === null || !isUndecided(answered)) return met
      if (isExcluded(answered, goal.matches, kernel) || isCutShort(kernel, thread, goal.matches)) return []
      return [fork(kernel, (copy) => release(copy, tid, answered))]
    }
    default:
      return []
  }
}

/** What was seen is the one thing that the call cannot have returned. */
export const isExcluded = (
  { never }: Undecided,
  matches: (result: Result, out: OutValues | null, kernel: Kernel) => boolean,
  kernel: Kernel,
): boolean => never !== undefined && matches(never, null, kernel)

/** A sleep under another mask was interrupted: the signal that did it is still to come, under that mask. */
export const isCutShort = (
  kernel: Kernel,
  thread: Readonly<Thread>,
  matches: (result: Result, out: OutValues | null, kernel: Kernel) => boolean,
): boolean => thread.saved !== null && matches(interruptedResult(thread), null, kernel)

/** The thread goes back to user mode from a call of which no rule says what it does. */
export function release(kernel: Kernel, tid: number, answered?: Undecided): void {
  answered?.effect?.(kernel)
  kernel.fn.leaveCall(kernel, tid)
  while (kernel.threads.at(tid).work.length > 0) kernel.fn.taskWorkRunOne(kernel, tid)
  const row = kernel.threads.edit(tid)
  row.state = 'running'
  row.call = null
  row.result = null
  row.out = null
  row.slept = false
  row.due = kernel.fn.mustTake(kernel, row)
}

/** execve by a thread other than the main one comes back under the main thread's number. */
function comeBackAs(kernel: Kernel, goal: Goal & { kind: 'return' }): Kernel[] {
  return kernel.threads.has(goal.tid) ? comeBack(kernel, goal) : []
}

function workOff(kernel: Kernel, tid: number): Kernel {
  return fork(kernel, (copy) => {
    while (copy.threads.at(tid).work.length > 0)
      makeMove(copy, { kind: 'internal', tid, move: 'work', choice: 0 }, null)
  })
}

/** Whether a move of a thread in a call can lead to the result that was seen. */
export function fits(
  kernel: Kernel,
  answered: Answer | null,
  { move, choice, tid }: Internal,
  matches: (result: Result, out: OutValues | null, kernel: Kernel) => boolean,
): boolean {
  const { syscall } = kernel.threads.at(tid).call!
  switch (move) {
    case 'effect':
      return leadsTo(kernel, syscall, (answered as readonly Outcome[])[choice]!, matches)
    case 'interrupt':
      return matches(interruptedResult(kernel.threads.at(tid)), null, kernel)
    case 'timeout':
      return matches(syscall.timesOut!, null, kernel)
    default:
      return false
  }
}

/** Whether an outcome of a call can lead to the result that was seen. */
export function leadsTo(
  kernel: Kernel,
  syscall: Syscall,
  outcome: Outcome,
  matches: (result: Result, out: OutValues | null, kernel: Kernel) => boolean,
): boolean {
  if (outcome.goesOn !== undefined) return outcome.isAside === undefined
  if (outcome.noReturn === true) return syscall.name.startsWith('execve') && matches(0, null, kernel)
  return matches(outcome.result, outcome.out ?? null, kernel)
}

/** It stops by this signal, or has done so while its tracer did not show it yet, and may have been continued since. */
function shownStops(kernel: Kernel, { tid, pid, stopUnshown }: Readonly<Thread>, signal: number): Kernel[] {
  const isStopping = kernel.processes.at(pid).stopSignal === signal
  const stopped = isStopping ? stop(kernel, tid) : stopUnshown === signal ? [kernel] : []
  if (stopped.every((state) => state.threads.at(tid).stopUnshown === 0)) return stopped
  return stopped.map((state) => fork(state, (copy) => void (copy.threads.edit(tid).stopUnshown = 0)))
}

/** It has stopped by taking the signal itself, or does so now because another thread of its process has. */
function stop(kernel: Kernel, tid: number): Kernel[] {
  if (isParked(kernel, kernel.threads.at(tid))) return [kernel]
  const { moves, answered } = movesOf(kernel, tid)
  return moves
    .filter(({ move }) => move === 'stop')
    .map((move) => fork(kernel, (copy) => makeMove(copy, move, answered)))
}

function takeSignal(kernel: Kernel, goal: Goal & { kind: 'signal' }): Kernel[] {
  const { tid } = goal
  const thread = kernel.threads.at(tid)
  const process = kernel.processOf(thread)
  // A fatal signal that was decided when it was sent is seen once more when the thread dies of it.
  if (thread.killed)
    return process.pending.concat(thread.pending).some((info) => goal.matches(info, kernel)) ? [kernel] : []
  if (thread.state !== 'running' || thread.doom !== 0) return []
  if (process.state === 'stopped' || isAboutToStop(process)) return []
  if (process.untold !== 'none') {
    const told = fork(kernel, (copy) => makeMove(copy, { kind: 'internal', tid, move: 'tell', choice: 0 }, null))
    return takeSignal(told, goal)
  }
  const started = goal.late !== undefined && thread.frames.some(({ signal }) => signal === goal.late) ? [kernel] : []
  const taken = kernel.fn
    .deliveries(kernel, thread)
    .map((delivery, choice): [Delivery, number] => [delivery, choice])
    .filter(([{ signal }]) => goal.matches(signal.info, kernel))
    .map(([, choice]) =>
      fork(kernel, (copy) => makeMove(copy, { kind: 'internal', tid, move: 'deliver', choice }, null)),
    )
  return [...taken, ...started]
}

/** Its only thread has taken a stop signal, and takes no other before it has stopped. Source: kernel/signal.c get_signal(). */
export const isAboutToStop = ({ threads, toStop }: Readonly<Process>): boolean =>
  threads.length === 1 && toStop.length === 1

/** Run a dying thread through all its phases. */
function die(kernel: Kernel, goal: Goal & { kind: 'dead' }): Kernel[] {
  const { tid } = goal
  const copy = copyOf(kernel)
  copy.ledger.step++
  for (;;) {
    const thread = copy.threads.get(tid)
    if (thread === undefined) return [copy]
    if (thread.state === 'dead') return leftStatus(copy, tid, goal.matches) ? [copy] : []
    if (thread.state === 'exiting.notify' && !leftStatus(copy, tid, goal.matches)) return []
    const { moves, answered } = movesOf(copy, tid)
    const move = moves.find((candidate) => isWayToDeath(candidate, answered)) ?? undefined
    if (move === undefined) return []
    makeMove(copy, move, answered)
  }
}

function isWayToDeath({ move, choice }: Internal, answered: Answer | null): boolean {
  if (move === 'effect') return answered !== null && endsThread(answered, choice)
  return move === 'succumb' || move === 'die' || move === 'exit' || move === 'work'
}

function endsThread(answered: Answer, choice: number): boolean {
  return !isBlocked(answered) && !isUndecided(answered) && answered[choice]!.noReturn === true
}

/**
 * A thread ends with its process's status, or with its own if nobody had ended the process as a whole when it was gone; the
 * only one of a process has no status of its own then. Source: kernel/exit.c wait_task_zombie().
 */
export function leftStatus(kernel: Kernel, tid: number, matches: (status: number) => boolean): boolean {
  const thread = kernel.threads.at(tid)
  if (!isExiting(thread)) return false
  const { groupExit, threads } = kernel.processOf(thread)
  if (matches(groupExit)) return true
  const hasOwn = groupExit < 0 || threads.length > 1 || thread.exitStatus !== 0
  return hasOwn && matches(thread.exitStatus)
}

/** A copy that still lists what was written since somebody last asked, so that a cause can be named later. */
export function copyOf(kernel: Kernel): Kernel {
  const copy = kernel.fork()
  copy.ledger.touched = kernel.ledger.touched.slice()
  return copy
}

/** A copy after one step. */
export function fork(kernel: Kernel, change: (copy: Kernel) => void): Kernel {
  const copy = copyOf(kernel)
  copy.ledger.step++
  change(copy)
  return copy
}
