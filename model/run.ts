import { boot, FIRST } from './boot.ts'
import type { Event, Internal } from './event.ts'
import { INIT } from './functions/signals.ts'
import type { Kernel } from './kernel.ts'
import {
  enterCall,
  fallAsleep,
  makeMove,
  mayCall,
  mayReturn,
  movesOf,
  returnFromCall,
  takesTime,
  type Moves,
} from './moves.ts'
import {
  FIRST_STEP,
  isHandle,
  type Handle,
  type Program,
  type Run,
  type Sight,
  type Step,
  type StepResult,
} from './program.ts'
import type { Rules } from './rules.ts'
import { idOfKey, tableOfKey } from './state/table.ts'
import { isBlocked, isRestartCode, type Call, type Result } from './syscall.ts'

/** Watches every labelled transition of a run. */
export interface Observer {
  readonly before?: (kernel: Kernel, event: Event) => void
  /** While `kernel.ledger.touched` lists what the event wrote. False ends the run. */
  readonly after: (kernel: Kernel, event: Event) => boolean
}

const IGNORE: Observer = { after: () => true }

/**
 * One path through the model: takes calls from outside, and between them lets the kernel's threads move until all sleep,
 * are in user mode, or are dead. Handlers of signals return at once, and interrupted calls start again where Linux says so.
 */
export class Runner {
  readonly kernel: Kernel
  readonly results: StepResult[] = []
  readonly sights: Sight[] = []
  events = 0
  /** An observer ended the run. */
  stopped = false
  private readonly observer: Observer
  private readonly recording: boolean
  /** Tids by the step that made them, and the other way about. */
  private readonly makers = new Map<number, number>([[FIRST_STEP, FIRST]])
  private readonly stepOfTid = new Map<number, number>([[FIRST, FIRST_STEP]])
  /** What a step made, where it made something: descriptors, ids, pids, addresses. */
  private readonly made = new Map<number, readonly number[]>()
  /** The step whose call a thread is in. */
  private readonly inStep = new Map<number, number>()
  private readonly queue: number[] = []
  private readonly sleepers = new Map<number, number[]>()
  private readonly timed = new Set<number>()
  private choices = 0

  constructor(rules: Rules, observer: Observer = IGNORE, recording = false) {
    this.kernel = boot(rules)
    this.observer = observer
    this.recording = recording
  }

  /** The thread that a step made; undefined when it made none, or the thread is gone. */
  tidOf(step: number): number | undefined {
    const tid = this.makers.get(step)
    return tid !== undefined && this.kernel.threads.has(tid) ? tid : undefined
  }

  /** The step that made a thread. */
  makerOf(tid: number): number | undefined {
    return this.stepOfTid.get(tid)
  }

  /** What a step made so far: descriptors, ids, pids, addresses. */
  madeBy(step: number): readonly number[] | undefined {
    return step === FIRST_STEP ? [FIRST] : this.made.get(step)
  }

  /** No later step names this one: what it made need not be remembered. For runs without end. */
  forget(step: number): void {
    const tid = this.makers.get(step)
    if (tid !== undefined) this.stepOfTid.delete(tid)
    this.makers.delete(step)
    this.made.delete(step)
  }

  /** Whether the step's process can make a call now. */
  canCall(step: number): boolean {
    const tid = this.tidOf(step)
    return tid !== undefined && mayCall(this.kernel, this.kernel.threads.at(tid))
  }

  /** The values of a step's arguments; undefined when a handle names what was not made. */
  resolve(args: Step['args']): Step['args'] | undefined {
    let values: Record<string, unknown> | undefined
    for (const name in args) {
      const argument = args[name]
      if (argument === undefined) return undefined
      if (!isHandle(argument)) continue
      const value = this.valueOf(argument)
      if (value === undefined) return undefined
      values ??= { ...args }
      values[name] = value
    }
    return values ?? args
  }

  private valueOf({ made, part, negated }: Handle): number | undefined {
    const value = made === FIRST_STEP ? FIRST : this.made.get(made)?.[part ?? 0]
    return value === undefined ? undefined : negated === true ? -value : value
  }

  /** Make one step's call and let the kernel settle as far as the step's pace allows. */
  take(step: Step): StepResult {
    const result: StepResult = { step, result: 'skipped', out: null }
    const index = this.results.push(result) - 1
    const syscall = this.kernel.rules.syscalls.get(step.call)
    if (syscall === undefined) throw new Error(`no system call ${step.call}`)
    const tid = this.tidOf(step.by)
    if (tid === undefined || !mayCall(this.kernel, this.kernel.threads.at(tid))) return result
    const args = this.resolve(step.args)
    if (args === undefined) return result
    result.result = undefined
    this.inStep.set(tid, index)
    if (this.recording) this.sights.push({ kind: 'enter', tid, index, args })
    this.choices = step.choice
    this.enter(tid, { syscall, args })
    this.settle(step.pace < 0 ? Infinity : step.pace)
    return result
  }

  /** Something outside the program changes the kernel, such as a signal of init's, and everything that follows happens. */
  intervene(change: (kernel: Kernel) => void): void {
    change(this.kernel)
    const { ledger } = this.kernel
    for (const key of ledger.touched) this.wake(key)
    ledger.clear()
    ledger.step++
    this.settle(Infinity)
  }

  /** Let everything that can happen without a new call happen. */
  finish(): void {
    this.settle(Infinity)
  }

  private enter(tid: number, call: Call): void {
    const event: Event = { kind: 'call', tid, call }
    this.observer.before?.(this.kernel, event)
    enterCall(this.kernel, tid, call)
    this.report(event)
    this.enqueue(tid)
  }

  private settle(budget: number): void {
    let left = budget
    while (!this.stopped && left > 0) {
      const tid = this.queue.length > 0 ? this.dequeue() : this.timeKeeper()
      if (tid === undefined) return
      if (this.advance(tid)) left--
    }
  }

  /** One event of the thread, if it has any; true when one happened. */
  private advance(tid: number): boolean {
    const thread = this.kernel.threads.get(tid)
    if (thread === undefined) return false
    if (mayReturn(thread) && !thread.killed) {
      this.leave(tid)
      return true
    }
    const moves = movesOf(this.kernel, tid)
    const move = this.pick(moves)
    if (move !== undefined) {
      this.move(move, moves)
      return true
    }
    if (thread.state === 'in-call') {
      if (moves.answered !== null && isBlocked(moves.answered)) this.sleep(tid, moves.answered.blockedOn)
      if (moves.moves.length > 0) this.timed.add(tid)
      return false
    }
    return thread.state === 'running' && this.goOn(tid)
  }

  /** In user mode, with nothing to take: the innermost handler returns, or the interrupted call starts again. */
  private goOn(tid: number): boolean {
    const thread = this.kernel.threads.at(tid)
    if (!mayCall(this.kernel, thread)) return false
    if (thread.frames.length > 0) {
      this.enter(tid, { syscall: this.kernel.rules.syscalls.get('rt_sigreturn')!, args: {} })
      return true
    }
    if (thread.restart !== null) {
      this.enter(tid, thread.restart)
      return true
    }
    return false
  }

  private pick({ moves }: Moves): Internal | undefined {
    if (moves.length === 0) return undefined
    if (moves.length === 1) return takesTime(moves[0]!.move) ? undefined : moves[0]
    const now = moves.filter(({ move }) => !takesTime(move))
    return now[this.choices % now.length]
  }

  private move(move: Internal, moves: Moves): void {
    const { kernel } = this
    const { tid } = move
    const { pid } = kernel.threads.at(tid)
    const framesBefore = kernel.threads.at(tid).frames.length
    const delivered =
      this.recording && move.move === 'deliver'
        ? kernel.fn.deliveries(kernel, kernel.threads.at(tid))[move.choice]
        : undefined
    if (delivered !== undefined) {
      const { signal, code, pid: from, status } = delivered.signal.info
      this.sights.push({ kind: 'signal', tid, signal, code, pid: from, ...(status !== undefined && { status }) })
    }
    const status = kernel.processes.at(pid).groupExit
    this.observer.before?.(kernel, move)
    makeMove(kernel, move, moves.answered)
    if (move.move === 'exec' && !kernel.threads.has(tid)) this.becomeMain(tid, pid)
    if (move.move === 'effect') this.noteMade(tid)
    if (move.move === 'deliver') this.noteInterrupted(tid, framesBefore)
    if (this.recording && move.move === 'exit' && kernel.threads.get(pid)?.state !== 'running')
      this.noteExit(pid, status)
    this.report(move)
    this.enqueue(tid)
  }

  /** execve by another thread than the main one comes back under the main thread's number. */
  private becomeMain(tid: number, pid: number): void {
    const index = this.inStep.get(tid)
    this.inStep.delete(tid)
    if (index === undefined) this.inStep.delete(pid)
    else this.inStep.set(pid, index)
    this.enqueue(pid)
  }

  /** A handler took the place of a call's restart: the call has failed with EINTR. */
  private noteInterrupted(tid: number, framesBefore: number): void {
    const thread = this.kernel.threads.get(tid)
    if (thread === undefined || thread.frames.length <= framesBefore) return
    const index = this.inStep.get(tid)
    if (index === undefined || thread.frames[framesBefore]!.restart !== null) return
    const result = this.results[index]!
    if (result.result !== undefined) return
    result.result = 'EINTR'
    this.inStep.delete(tid)
    if (this.recording) this.sights.push({ kind: 'leave', tid, index, result: 'EINTR', out: null })
  }

  private noteExit(pid: number, status: number): void {
    const process = this.kernel.processes.get(pid)
    if (process !== undefined && process.state !== 'zombie') return
    if (this.sights.some((sight) => sight.kind === 'exit' && sight.pid === pid)) return
    this.sights.push({ kind: 'exit', pid, status })
  }

  private leave(tid: number): void {
    const { kernel } = this
    const { result, out, call } = kernel.threads.at(tid)
    const event: Event = { kind: 'return', tid, result: result! }
    this.observer.before?.(kernel, event)
    returnFromCall(kernel, tid)
    const index = this.inStep.get(tid)
    if (index !== undefined && call!.syscall.name !== 'rt_sigreturn' && !isRestartCode(result!)) {
      this.noteResult(tid, index, result!, out)
    }
    this.report(event)
    this.enqueue(tid)
  }

  private noteResult(tid: number, index: number, result: Result, out: StepResult['out']): void {
    const record = this.results[index]!
    record.result = result
    record.out = out
    this.inStep.delete(tid)
    if (this.recording) this.sights.push({ kind: 'leave', tid, index, result, out })
  }

  /** What a call makes is there from its effect on: a vfork child runs while its parent still waits to return. */
  private noteMade(tid: number): void {
    const thread = this.kernel.threads.get(tid)
    const index = this.inStep.get(tid)
    if (thread?.state !== 'returning' || index === undefined || typeof thread.result !== 'number') return
    const makes = thread.call?.syscall.makes
    if (makes === undefined) return
    const { id } = this.results[index]!.step
    this.made.set(id, makes === 'fds' ? (thread.out!.fds as readonly number[]) : [thread.result])
    if (makes === 'process' || makes === 'thread') {
      this.makers.set(id, thread.result)
      this.stepOfTid.set(thread.result, id)
    }
  }

  private report(event: Event): void {
    this.events++
    const { ledger } = this.kernel
    if (!this.observer.after(this.kernel, event)) this.stopped = true
    const { touched } = ledger
    for (let i = 0; i < touched.length; i++) this.wake(touched[i]!)
    ledger.clear()
    ledger.step++
  }

  /** Whoever may have something to do now that the row with this key was written looks again. */
  private wake(key: number): void {
    const { threads, processes } = this.kernel
    const table = tableOfKey(key)
    if (table === threads.index) {
      this.enqueue(idOfKey(key))
    } else if (table === processes.index) {
      processes.get(idOfKey(key))?.threads.forEach((tid) => this.enqueue(tid))
    }
    const waiting = this.sleepers.get(key)
    if (waiting === undefined) return
    this.sleepers.delete(key)
    for (const tid of waiting) this.enqueue(tid)
  }

  private sleep(tid: number, keys: readonly number[]): void {
    fallAsleep(this.kernel, tid)
    this.kernel.ledger.clear()
    for (const key of keys) {
      const waiting = this.sleepers.get(key)
      if (waiting === undefined) this.sleepers.set(key, [tid])
      else if (!waiting.includes(tid)) waiting.push(tid)
    }
  }

  private enqueue(tid: number): void {
    if (!this.queue.includes(tid)) this.queue.push(tid)
  }

  private dequeue(): number {
    if (this.choices < 16) return this.queue.shift()!
    return this.queue.splice((this.choices >>> 4) % this.queue.length, 1)[0]!
  }

  /**
   * When nobody can do anything, and nobody is left in user mode to make a call, time passes: the first thread with a
   * time-out or an alarm meets it.
   */
  private timeKeeper(): number | undefined {
    for (const tid of this.timed) {
      const moves = this.kernel.threads.has(tid) ? movesOf(this.kernel, tid) : undefined
      const move = moves?.moves.find(({ move }) => takesTime(move))
      if (moves === undefined || move === undefined) {
        this.timed.delete(tid)
        continue
      }
      if (this.someoneMayCall()) return undefined
      this.timed.delete(tid)
      this.move(move, moves)
      return tid
    }
    return undefined
  }

  private someoneMayCall(): boolean {
    return this.kernel.threads.rows().some((thread) => thread.tid !== INIT && mayCall(this.kernel, thread))
  }
}

/** Follow one path of a program: the one that its choices name. */
export function run(rules: Rules, program: Program, options: { observer?: Observer; recording?: boolean } = {}): Run {
  const runner = new Runner(rules, options.observer, options.recording)
  for (const step of program.steps) {
    if (runner.stopped) break
    runner.take(step)
  }
  if (!runner.stopped) runner.finish()
  return { kernel: runner.kernel, results: runner.results, events: runner.events, sights: runner.sights }
}
