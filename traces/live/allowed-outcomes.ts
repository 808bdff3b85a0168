import { boot, FIRST } from '../../model/boot.ts'
import type { Internal } from '../../model/event.ts'
import { fork } from '../../model/goals.ts'
import type { Kernel } from '../../model/kernel.ts'
import {
  enterCall,
  fallAsleep,
  makeMove,
  mayCall,
  mayReturn,
  movesOf,
  returnFromCall,
  takesTime,
} from '../../model/moves.ts'
import { FIRST_STEP, isHandle, type Argument, type Program, type StepResult } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import type { Thread } from '../../model/state/threads.ts'
import { isBlocked, isRestartCode, isUndecided, type Answer, type Result } from '../../model/syscall.ts'
import type { Inside } from './encode.ts'
import { outcomeOf, type OutcomeLines } from './outcome.ts'

export interface AllowedOutcomes {
  readonly outcomes: readonly OutcomeLines[]
  /** For each outcome an order of the steps, by their places, in which calls may be made for it to come about. */
  readonly orders: readonly (readonly number[])[]
  /** All were found within the budget, and every rule knew its answer. */
  readonly complete: boolean
}

export interface AllowedOptions {
  readonly rules: Rules
  /**
   * `lock-step`: each call is made when all has settled; `open`: so, too, but in any order that leaves each process its
   * own; `free`: each process goes on as it likes.
   */
  readonly order: 'lock-step' | 'open' | 'free'
  /** Kernels looked at, at the most. */
  readonly budget?: number
}

const BUDGET = 20_000

interface Place {
  readonly kernel: Kernel
  readonly results: readonly Returned[]
  /** The steps made so far, by their places. */
  readonly calls: readonly number[]
  /** Tids by the id of the step that made them. */
  readonly made: ReadonlyMap<number, number>
  /** The step that each thread is in. */
  readonly inStep: ReadonlyMap<number, number>
  /** What calls have given back to threads that are not in user mode yet: a signal may still keep them from showing it. */
  readonly inHand: ReadonlyMap<number, { readonly result: Result; readonly out: StepResult['out'] }>
}

type Returned = Pick<StepResult, 'result' | 'out'>

/** Every outcome of a program that the model allows. */
export function allowedOutcomes(program: Program, { rules, order, budget = BUDGET }: AllowedOptions): AllowedOutcomes {
  return new Explorer(program, rules, order, budget).explore()
}

class Explorer {
  private readonly program: Program
  private readonly rules: Rules
  private readonly order: AllowedOptions['order']
  private readonly budget: number
  private readonly seen = new Set<string>()
  private readonly found = new Map<string, { outcome: OutcomeLines; order: readonly number[] }>()
  private complete = true

  constructor(program: Program, rules: Rules, order: AllowedOptions['order'], budget: number) {
    this.program = program
    this.rules = rules
    this.order = order
    this.budget = budget
  }

  explore(): AllowedOutcomes {
    const skipped = this.program.steps.map(() => ({ result: 'skipped', out: null }) as const)
    const start: Place = {
      kernel: boot(this.rules),
      results: skipped,
      calls: [],
      made: new Map([[FIRST_STEP, FIRST]]),
      inStep: new Map(),
      inHand: new Map(),
    }
    const todo = [start]
    for (let place = todo.pop(); place !== undefined; place = todo.pop()) {
      const next = this.after(place)
      // What takes time may take longer than anybody waits.
      if (next.length === 0) this.note(place)
      next.push(...this.inTime(place))
      for (const other of next) if (this.isNew(other)) todo.push(other)
      if (this.seen.size > this.budget) {
        this.complete = false
        break
      }
    }
    const found = [...this.found.values()]
    return {
      outcomes: found.map(({ outcome }) => outcome),
      orders: found.map(({ order }) => order),
      complete: this.complete,
    }
  }

  private note({ results, calls, made }: Place): void {
    const outcome = outcomeOf(this.program, results, made, this.rules)
    const left = [...this.program.steps.keys()].filter((index) => !calls.includes(index))
    this.found.set(outcome.join('\n'), { outcome, order: [...calls, ...left] })
  }

  private isNew({ kernel, results, inHand }: Place): boolean {
    const text = ({ result, out }: Returned) => `${String(result)}${out === null ? '' : JSON.stringify(out)}`
    const held = [...inHand].map(([tid, returned]) => `${tid}: ${text(returned)}`)
    const key = `${kernel.hash()} ${results.map(text).join()} ${held.join()}`
    if (this.seen.has(key)) return false
    this.seen.add(key)
    return true
  }

  /** Every place that may follow. None: the program is over. */
  private after(place: Place): Place[] {
    const moved = place.kernel.threads.rows().flatMap(({ tid }) => this.movesOf(place, tid))
    if (this.order === 'lock-step') return moved.length > 0 ? moved : this.nextCall(place)
    if (this.order === 'open') return moved.length > 0 ? moved : this.nextCalls(place)
    return [...moved, ...this.nextCalls(place)]
  }

  /** Every place to which time alone leads. */
  private inTime(place: Place): Place[] {
    const isTimed = place.kernel.threads.rows().some(({ call }) => call?.syscall.timeout !== undefined)
    const hasAlarm = place.kernel.processes.rows().some(({ alarm }) => alarm > 0)
    if (!isTimed && !hasAlarm) return []
    return place.kernel.threads.rows().flatMap(({ tid }) => {
      const { moves, answered } = movesOf(place.kernel, tid)
      return moves.filter(({ move }) => takesTime(move)).map((move) => this.moved(place, move, answered))
    })
  }

  private moved(place: Place, move: Internal, answered: Answer | null): Place {
    const { kernel } = place
    const { tid } = move
    const { frames } = kernel.threads.at(tid)
    const copy = fork(kernel, (k) => makeMove(k, move, answered))
    const after = move.move === 'effect' ? this.withMade(place, copy, tid) : { ...place, kernel: copy }
    const now = copy.threads.get(tid)
    const interrupted = move.move === 'deliver' && now !== undefined && now.frames.length > frames.length
    const isCutShort = interrupted && now.frames[frames.length]!.restart === null && !place.inHand.has(tid)
    return isCutShort ? this.interrupted(after, tid) : after
  }

  private movesOf(place: Place, tid: number): Place[] {
    const { kernel } = place
    const thread = kernel.threads.at(tid)
    if (mayReturn(thread) && !thread.killed) return [this.returned(place, tid)]
    const { moves, answered } = movesOf(kernel, tid)
    if (answered !== null && isUndecided(answered)) this.complete = false
    const taken = moves.filter(({ move }) => !takesTime(move)).map((move) => this.moved(place, move, answered))
    if (place.inHand.has(tid) && isInUserMode(kernel, thread)) return [this.shown(place, tid), ...taken]
    if (thread.vforkChild !== 0 && thread.state === 'returning' && !thread.slept)
      return [...taken, { ...place, kernel: fork(kernel, (k) => fallAsleep(k, tid)) }]
    if (taken.length > 0) return taken
    if (thread.state === 'in-call' && answered !== null && isBlocked(answered) && !thread.slept)
      return [{ ...place, kernel: fork(kernel, (k) => fallAsleep(k, tid)) }]
    return thread.state === 'running' && mayCall(kernel, thread) ? this.goOn(place, tid) : []
  }

  private goOn(place: Place, tid: number): Place[] {
    const { frames, restart } = place.kernel.threads.at(tid)
    const syscall = this.rules.syscalls.get('rt_sigreturn')!
    const call = frames.length > 0 ? { syscall, args: {} } : restart
    return call === null ? [] : [{ ...place, kernel: fork(place.kernel, (k) => enterCall(k, tid, call)) }]
  }

  /** What a call makes is there from its effect on. */
  private withMade(place: Place, kernel: Kernel, tid: number): Place {
    const thread = kernel.threads.get(tid)
    const index = place.inStep.get(tid)
    const makes = thread?.call?.syscall.makes
    if (thread?.state !== 'returning' || index === undefined || typeof thread.result !== 'number' || thread.result <= 0)
      return { ...place, kernel }
    if (makes !== 'process' && makes !== 'thread') return { ...place, kernel }
    return { ...place, kernel, made: new Map(place.made).set(this.program.steps[index]!.id, thread.result) }
  }

  private returned(place: Place, tid: number): Place {
    const { result, out, call } = place.kernel.threads.at(tid)
    const kernel = fork(place.kernel, (k) => returnFromCall(k, tid))
    const isOver = call?.syscall.name !== 'rt_sigreturn' && !isRestartCode(result!)
    const inHand = isOver ? new Map(place.inHand).set(tid, { result: result!, out }) : place.inHand
    return { ...place, kernel, inHand }
  }

  private shown(place: Place, tid: number): Place {
    const inHand = new Map(place.inHand)
    const { result, out } = inHand.get(tid)!
    inHand.delete(tid)
    return this.withResult({ ...place, inHand }, tid, result, out)
  }

  private interrupted(place: Place, tid: number): Place {
    return this.withResult(place, tid, 'EINTR', null)
  }

  private withResult(place: Place, tid: number, result: Result, out: StepResult['out']): Place {
    const index = place.inStep.get(tid)
    if (index === undefined) return place
    const inStep = new Map(place.inStep)
    inStep.delete(tid)
    return { ...place, inStep, results: place.results.with(index, { result, out }) }
  }

  /** The first step that is left, if it can be made at all. */
  private nextCall(place: Place): Place[] {
    const { steps } = this.program
    const done = place.results.findLastIndex(({ result }) => result !== 'skipped')
    for (let index = done + 1; index < steps.length; index++) {
      const entered = this.enter(place, index)
      if (entered !== undefined) return [entered]
    }
    return []
  }

  /** The next step of each process. */
  private nextCalls(place: Place): Place[] {
    const { steps } = this.program
    const makers = new Set(steps.map(({ by }) => by))
    return [...makers].flatMap((by) => {
      const own = steps.flatMap((step, index) => (step.by === by ? [index] : []))
      const next = own.find((index) => place.results[index]!.result === 'skipped')
      const entered = next === undefined ? undefined : this.enter(place, next)
      return entered === undefined ? [] : [entered]
    })
  }

  private enter(place: Place, index: number): Place | undefined {
    const step = this.program.steps[index]!
    const tid = place.made.get(step.by)
    const thread = tid === undefined ? undefined : place.kernel.threads.get(tid)
    // Its last call has come back before it makes another.
    if (thread === undefined || place.inHand.has(thread.tid) || !mayCall(place.kernel, thread)) return undefined
    if (thread.frames.length > 0 || thread.restart !== null) return undefined
    const args: Record<string, unknown> = {}
    for (const [name, argument] of Object.entries(step.args)) {
      const value = this.resolve(place, argument)
      if (value === undefined) return undefined
      args[name] = value
    }
    const call = { syscall: this.rules.syscalls.get(step.call)!, args }
    return {
      ...place,
      kernel: fork(place.kernel, (k) => enterCall(k, thread.tid, call)),
      inStep: new Map(place.inStep).set(thread.tid, index),
      results: place.results.with(index, { result: undefined, out: null }),
      calls: [...place.calls, index],
    }
  }

  private resolve({ results, made }: Place, argument: Argument): unknown {
    if (!isHandle(argument)) return argument
    const { made: id, part, negated, plus } = argument as Inside
    const index = this.program.steps.findIndex((step) => step.id === id)
    const { result, out } = results[index] ?? { result: undefined, out: null }
    const fds = out?.fds as readonly number[] | undefined
    const value = made.get(id) ?? (fds === undefined ? result : fds[part ?? 0])
    if (typeof value !== 'number') return undefined
    return (value + (plus ?? 0)) * (negated === true ? -1 : 1)
  }
}

/** The thread runs what it ran before its call: no signal keeps it from that, and no handler. */
const isInUserMode = (kernel: Kernel, thread: Readonly<Thread>): boolean =>
  thread.state === 'running' && thread.frames.length === 0 && mayCall(kernel, thread)
