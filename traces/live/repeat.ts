import { release } from 'node:os'
import { linux } from '../../model/linux.ts'
import { FIRST_STEP, type Program } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { allowedOutcomes, type AllowedOutcomes } from './allowed-outcomes.ts'
import { describeDivergence, type Divergence } from './divergence.ts'
import { Executor } from './executor.ts'
import { Expectations, today, type TargetReport } from './expectations.ts'
import { judge, type LiveVerdict } from './judge.ts'
import type { LiveRun } from './live-run.ts'
import { agreesOnOutcome, outcomeOf, type OutcomeLines } from './outcome.ts'
import type { Target } from './target.ts'

export interface RepeatOptions {
  readonly rules?: Rules
  readonly times: number
  /** The processes run freely, on different processors. */
  readonly racy: boolean
  /** The order of calls of different processes is left open: each that leads to another outcome is tried. */
  readonly open?: boolean
  /** What runs the program, if it is not this kernel. */
  readonly target?: Target | undefined
}

/** An outcome of a program: how often it was seen, and whether the model lists it. */
export interface CountedOutcome {
  readonly outcome: OutcomeLines
  readonly count: number
  /**
   * `unlisted`: it is not in the list of those allowed, but the history itself is allowed. `expected`: it is not
   * allowed, but known of the target. `absent`: the target lacks what a call asked for. `undecided`: it is for a reason
   * that the model does not have, or the run came to nothing.
   */
  readonly allowed: boolean | 'unlisted' | Exclude<Seen, 'allowed' | 'divergence'>
}

/** What `run --json` prints of one program. */
export interface RepeatResult {
  readonly kernel: string
  readonly programs: number
  readonly steps: number
  readonly agreed: number
  readonly outcomes: readonly CountedOutcome[]
  /** All outcomes that the model allows are among them. */
  readonly complete: boolean
  /** The orders in which its calls were made. */
  readonly orders: number
  readonly divergences: readonly (Divergence & { readonly rate: number })[]
  readonly undecided: Readonly<Record<string, number>>
  readonly seconds: number
  readonly target?: TargetReport
}

/** What a run of an outcome came to, the gravest last. */
const GRAVITY = ['allowed', 'undecided', 'absent', 'expected', 'divergence'] as const
type Seen = (typeof GRAVITY)[number]

/** Runs handed over at once. */
const AT_ONCE = 200

/** Run a program many times and count what comes of it beside what may. Errors: LacksMeans, CannotEncode. */
export async function repeat(program: Program, options: RepeatOptions): Promise<RepeatResult> {
  const executor = await Executor.start(options)
  try {
    return await repeatOn(executor, program, options)
  } finally {
    await executor.close()
  }
}

/** The same with an executor that was started with the same options, for many programs. Errors: CannotEncode. */
export const repeatOn = (executor: Executor, program: Program, options: RepeatOptions): Promise<RepeatResult> =>
  new Repeat(program, options, executor).run()

/** What is said of a program that cannot be run, for a reason that no run changes. */
export const notRun = (why: string): RepeatResult => ({
  ...{ kernel: release(), programs: 0, steps: 0, agreed: 0, outcomes: [], complete: false, orders: 0, divergences: [] },
  undecided: { [why]: 1 },
  seconds: 0,
})

class Repeat {
  private readonly program: Program
  private readonly options: RepeatOptions
  private readonly executor: Executor
  private readonly rules: Rules
  private readonly expectations: Expectations
  private readonly allowed: AllowedOutcomes
  /** The program with its steps in each of the orders that are tried. */
  private readonly reordered: readonly Program[]
  private readonly counts = new Map<string, { outcome: OutcomeLines; count: number; seen: Seen }>()
  private readonly undecided: Record<string, number> = {}
  private readonly divergences = new Map<string, { divergence: Divergence; times: number }>()
  private agreed = 0

  constructor(program: Program, options: RepeatOptions, executor: Executor) {
    this.program = program
    this.options = options
    this.executor = executor
    this.rules = options.rules ?? linux
    this.expectations = new Expectations(options.target, today())
    const order = options.racy ? 'free' : options.open === true ? 'open' : 'lock-step'
    this.allowed = allowedOutcomes(program, { rules: this.rules, order })
    this.reordered =
      order === 'open' ? distinctOrders(this.allowed).map((places) => inOrder(program, places)) : [program]
  }

  async run(): Promise<RepeatResult> {
    const begun = performance.now()
    const { times } = this.options
    for (let done = 0; done < times; done += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, times - done) }, (_, index) =>
        this.executor.run(this.reordered[(done + index) % this.reordered.length]!, { patient: this.mayTimeOut() }),
      )
      for (const run of await Promise.all(batch)) this.note(run)
    }
    const outcomes = this.counted()
    const target = this.expectations.report()
    return {
      kernel: release(),
      programs: times,
      steps: times * this.program.steps.length,
      agreed: this.agreed,
      outcomes,
      complete: this.allowed.complete,
      orders: Math.min(times, this.reordered.length),
      divergences: [...this.divergences.values()].map((found) => ({ ...found.divergence, rate: found.times / times })),
      undecided: this.undecided,
      seconds: (performance.now() - begun) / 1000,
      ...(target !== undefined && { target }),
    }
  }

  /** A call of it comes back after a time, or a signal does. */
  private mayTimeOut(): boolean {
    return this.program.steps.some(({ call, args }) => {
      const time = this.rules.syscalls.get(call)?.timeout?.(args)
      return call === 'alarm' || (time ?? 0) > 0
    })
  }

  private note(run: LiveRun): void {
    const made = this.madeIn(run)
    const byStep = new Map(run.results.map((result) => [result.step.id, result]))
    const results = this.program.steps.map(({ id }) => byStep.get(id)!)
    const outcome = outcomeOf(this.program, results, made, this.rules)
    const verdict = judge(run, {
      rules: this.rules,
      unprivileged: this.executor.unprivileged,
      absences: this.expectations.absences,
    })
    const seen = this.seenAs(verdict, run)
    const key = outcome.join('\n')
    const known = this.counts.get(key)
    const worst = known !== undefined && GRAVITY.indexOf(known.seen) > GRAVITY.indexOf(seen) ? known.seen : seen
    this.counts.set(key, { outcome, count: (known?.count ?? 0) + 1, seen: worst })
  }

  private seenAs(verdict: LiveVerdict, run: LiveRun): Seen {
    switch (verdict.verdict) {
      case 'allowed':
        this.agreed++
        return 'allowed'
      case 'undecided':
        this.undecided[verdict.why] = (this.undecided[verdict.why] ?? 0) + 1
        return 'undecided'
      case 'absent':
        this.expectations.noteAbsent(verdict.what)
        return 'absent'
      case 'divergence': {
        const divergence = describeDivergence(run, verdict, this.rules)
        const lapsed = this.expectations.met(divergence)
        if (lapsed === 'expected') return 'expected'
        const times = (this.divergences.get(divergence.signature)?.times ?? 0) + 1
        this.divergences.set(divergence.signature, {
          divergence: { ...divergence, ...(lapsed !== 'unexpected' && { lapsed }) },
          times,
        })
        return 'divergence'
      }
    }
  }

  /** Tids by the step that made them; a process that was killed before its first instruction has its maker's word alone. */
  private madeIn(run: LiveRun): Map<number, number> {
    const made = new Map<number, number>()
    const { steps } = run.program
    steps.forEach(({ id, call }, index) => {
      const { makes } = this.rules.syscalls.get(call)!
      const { result } = run.results[index]!
      if ((makes === 'process' || makes === 'thread') && typeof result === 'number') made.set(id, result)
    })
    for (const [place, tid] of run.made) made.set(place === 0 ? FIRST_STEP : steps[place - 1]!.id, tid)
    return made
  }

  /** Those seen, most often first; then those that the model allows and nobody saw. */
  private counted(): CountedOutcome[] {
    const { outcomes } = this.allowed
    const unseen = new Set(outcomes)
    const isListed = (outcome: OutcomeLines): boolean => {
      const listed = outcomes.filter((candidate) => agreesOnOutcome(candidate, outcome))
      for (const one of listed) unseen.delete(one)
      return listed.length > 0
    }
    const seen = [...this.counts.values()]
      .toSorted((a, b) => b.count - a.count)
      .map(({ outcome, count, seen: how }): CountedOutcome => {
        const listed = isListed(outcome)
        if (how === 'divergence') return { outcome, count, allowed: false }
        if (how === 'allowed' || how === 'undecided') {
          if (listed) return { outcome, count, allowed: true }
          return { outcome, count, allowed: how === 'undecided' ? how : 'unlisted' }
        }
        return { outcome, count, allowed: how }
      })
    return [...seen, ...[...unseen].map((outcome) => ({ outcome, count: 0, allowed: true }))]
  }
}

/** Outcomes that one order may have are asked for once. */
const distinctOrders = ({ orders }: AllowedOutcomes): (readonly number[])[] => [
  ...new Map(orders.map((order) => [order.join(), order])).values(),
]

const inOrder = ({ steps }: Program, places: readonly number[]): Program => ({
  steps: places.map((place) => steps[place]!),
})
