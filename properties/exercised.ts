import type { Internal } from '../model/event.ts'
import type { KernelFunctions } from '../model/functions/index.ts'
import type { Kernel } from '../model/kernel.ts'
import type { Chart } from '../model/lifecycle/compile.ts'
import { charts } from '../model/lifecycle/index.ts'
import { watchMoves } from '../model/lifecycle/watch.ts'
import type { ExecPhase, ExitPhase, Patch, Rules } from '../model/rules.ts'
import { SIGCONT, STOP_SIGNALS } from '../model/signals.ts'
import { hasSignal } from '../model/state/signal-set.ts'
import { isRestartCode, type Result, type Syscall } from '../model/syscall.ts'
import { eachStep, type StepProperty } from './invariant.ts'

/** How often each thing was seen, by what it belongs to: a call's outcomes, the arrows of a chart. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>

/**
 * How often each outcome of each call, each phase of exit and of exec, and each arrow of each chart was seen; those never
 * seen stand at 0.
 */
export interface Coverage {
  /** `success`, an error, `sleeps`, `interrupted`; `ends` for a call that ends its caller. By `Syscall.hashAs`. */
  readonly outcomes: Counts
  /** By the kernel's function: do_exit, begin_new_exec. */
  readonly phases: Counts
  /** By the chart: `state EVENT`. */
  readonly arrows: Counts
  /** What becomes of signals, by the kernel's function. */
  readonly signals: Counts
}

/** The ways in which a call may come out, as its definition tells. */
export function outcomesOf({ returns, errors, interrupted, sleeps, timesOut }: Syscall): string[] {
  const all = new Set<string>(returns === 'nothing' ? [] : ['success'])
  for (const error of errors) all.add(error)
  if (interrupted !== undefined) all.add('interrupted')
  if (interrupted !== undefined && sleeps !== false) all.add('sleeps')
  if (timesOut !== undefined) all.add(timesOut)
  if (returns === 'nothing' && interrupted === undefined) all.add('ends')
  return [...all]
}

type Table = Record<string, Record<string, number>>

const zeros = (names: Iterable<string>): Record<string, number> =>
  Object.fromEntries([...names].map((name) => [name, 0]))

/** Counts what is exercised. */
export class Exercised implements Coverage {
  readonly outcomes: Table
  readonly phases: Table
  readonly arrows: Table
  readonly signals: Table
  /** Threads whose present call is counted: a return adds nothing, but one that another thread brought about does. */
  private readonly counted = new Set<number>()

  constructor(rules: Rules) {
    const calls = [...rules.syscalls.values()]
    this.outcomes = Object.fromEntries(calls.map((syscall) => [syscall.hashAs, zeros(outcomesOf(syscall))]))
    this.phases = {
      do_exit: zeros(rules.exitPhases.map(({ name }) => name)),
      begin_new_exec: zeros(rules.execPhases.map(({ name }) => name)),
    }
    this.signals = {
      send_signal_locked: zeros(['refused or ignored', 'queued', 'queued already']),
      complete_signal: zeros(['decided', 'racing', 'queued']),
      get_signal: zeros(['handler', 'nothing', 'stop', 'death', 'death with a core dump']),
      prepare_signal: zeros(['continues', 'cancels SIGCONT']),
    }
    this.arrows = Object.fromEntries(charts.map((chart) => [chart.id, zeros(arrowsOf(chart))]))
  }

  /** A call came back with this. */
  cameBack({ hashAs }: Syscall, result: Result): void {
    const outcome = typeof result === 'number' ? 'success' : isRestartCode(result) ? 'interrupted' : result
    this.count(hashAs, outcome)
  }

  /** A call that no rule of the model answers counts for nothing. */
  count(call: string, outcome: string): void {
    const counts = this.outcomes[call]
    if (counts !== undefined) add(counts, outcome)
  }

  /** The same rules, of which each phase of exit and exec, and what becomes of each signal, is counted when it runs. */
  readonly counting: Patch = (rules) => ({
    ...rules,
    fn: { ...rules.fn, ...this.countingSignals(rules.fn) },
    exitPhases: rules.exitPhases.map((phase) => counted(phase, this.phases.do_exit!)),
    execPhases: rules.execPhases.map((phase) => counted(phase, this.phases.begin_new_exec!)),
  })

  private countingSignals(
    fn: KernelFunctions,
  ): Pick<KernelFunctions, 'prepareSignal' | 'isQueuedAlready' | 'completeSignal' | 'deliver'> {
    const { send_signal_locked, complete_signal, get_signal, prepare_signal } = this.signals
    return {
      prepareSignal(kernel, pid, tid, signal) {
        if (signal === SIGCONT && kernel.processes.at(pid).stopSignal !== 0) add(prepare_signal!, 'continues')
        if (hasSignal(STOP_SIGNALS, signal) && hasPending(kernel, pid, SIGCONT)) add(prepare_signal!, 'cancels SIGCONT')
        const goesOn = fn.prepareSignal(kernel, pid, tid, signal)
        if (!goesOn) add(send_signal_locked!, 'refused or ignored')
        return goesOn
      },
      isQueuedAlready(pending, signal) {
        const isThere = fn.isQueuedAlready(pending, signal)
        add(send_signal_locked!, isThere ? 'queued already' : 'queued')
        return isThere
      },
      completeSignal(kernel, pid, threads, signal) {
        const completed = fn.completeSignal(kernel, pid, threads, signal)
        add(complete_signal!, completed)
        return completed
      },
      deliver(kernel, tid, delivery) {
        const { becomes } = delivery
        add(get_signal!, becomes === 'death' && delivery.core ? 'death with a core dump' : becomes)
        fn.deliver(kernel, tid, delivery)
      },
    }
  }

  /** Have it count the moves along arrows too, until the function that is returned is called. */
  watchArrows(): () => void {
    return watchMoves(charts, (chart, state, event) => add(this.arrows[chart]!, `${state} ${event}`))
  }

  /** Counts the events that it sees, and finds fault with none. */
  readonly witness: StepProperty = eachStep<Syscall>({
    name: 'what is exercised is counted',
    source: 'the rules of the model',
    before: (kernel, event) => {
      if (event.kind === 'internal') return this.before(kernel, event)
      if (event.kind === 'call') this.counted.delete(event.tid)
      else if (!this.counted.has(event.tid)) this.cameBack(kernel.threads.at(event.tid).call!.syscall, event.result)
      return undefined
    },
    after: (kernel, event, syscall) => {
      this.after(kernel, event.tid, syscall)
      return undefined
    },
  })

  /** The call that the event may end. */
  private before(kernel: Kernel, { tid, move }: Internal): Syscall | undefined {
    const thread = kernel.threads.at(tid)
    if (thread.state !== 'in-call') return undefined
    const { syscall } = thread.call!
    if (thread.slept) this.count(syscall.hashAs, 'sleeps')
    if (move === 'interrupt') {
      this.counted.add(tid)
      this.count(syscall.hashAs, 'interrupted')
    }
    return (move === 'effect' && !thread.killed) || move === 'timeout' ? syscall : undefined
  }

  private after(kernel: Kernel, tid: number, syscall: Syscall): void {
    const thread = kernel.threads.get(tid)
    if (thread?.state === 'returning') {
      this.counted.add(tid)
      this.cameBack(syscall, thread.result!)
    } else if (thread === undefined || thread.state.startsWith('exiting')) this.count(syscall.hashAs, 'ends')
  }

  /** Those still asleep when a program ends sleep as well. */
  countSleepers(kernel: Kernel): void {
    kernel.threads.forEach((thread) => {
      if (thread.state === 'in-call' && thread.slept) this.count(thread.call!.syscall.hashAs, 'sleeps')
    })
  }
}

const hasPending = (kernel: Kernel, pid: number, signal: number): boolean =>
  kernel.processes.at(pid).pending.some((info) => info.signal === signal)

function counted<P extends ExitPhase | ExecPhase>(phase: P, counts: Record<string, number>): P {
  const run = (kernel: Kernel, tid: number) => {
    add(counts, phase.name)
    return phase.run(kernel, tid)
  }
  return { ...phase, run }
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

const arrowsOf = ({ table }: Chart): string[] =>
  Object.entries(table).flatMap(([state, row]) => Object.keys(row).map((event) => `${state} ${event}`))
