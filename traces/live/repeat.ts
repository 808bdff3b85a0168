import { release } from 'node:os'
import { linux } from '../../model/linux.ts'
import { FIRST_STEP, type Program } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { allowedOutcomes } from './allowed-outcomes.ts'
import { describeDivergence, type Divergence } from './divergence.ts'
import { Executor } from './executor.ts'
import { judge } from './judge.ts'
import type { LiveRun } from './live-run.ts'
import { outcomeOf, type OutcomeLines } from './outcome.ts'

export interface RepeatOptions {
  readonly rules?: Rules
  readonly times: number
  /** The processes run freely, on different processors. */
  readonly racy: boolean
}

/** An outcome of a program: how often it was seen, and whether the model lists it. */
export interface CountedOutcome {
  readonly outcome: OutcomeLines
  readonly count: number
  /** `unlisted`: the list of those allowed is not complete, but the history itself is allowed. */
  readonly allowed: boolean | 'unlisted'
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
  readonly divergences: readonly (Divergence & { readonly rate: number })[]
  readonly undecided: Readonly<Record<string, number>>
  readonly seconds: number
}

/** Runs handed over at once. */
const AT_ONCE = 200

/** Run a program many times and count what comes of it beside what may. Errors: LacksMeans, CannotEncode. */
export async function repeat(program: Program, options: RepeatOptions): Promise<RepeatResult> {
  const executor = await Executor.start(options)
  try {
    return await new Repeat(program, options, executor).run()
  } finally {
    await executor.close()
  }
}

class Repeat {
  private readonly program: Program
  private readonly options: RepeatOptions
  private readonly executor: Executor
  private readonly rules: Rules
  private readonly counts = new Map<string, { outcome: OutcomeLines; count: number; diverged: boolean }>()
  private readonly undecided: Record<string, number> = {}
  private readonly divergences = new Map<string, { divergence: Divergence; times: number }>()
  private agreed = 0

  constructor(program: Program, options: RepeatOptions, executor: Executor) {
    this.program = program
    this.options = options
    this.executor = executor
    this.rules = options.rules ?? linux
  }

  async run(): Promise<RepeatResult> {
    const begun = performance.now()
    const { times } = this.options
    for (let done = 0; done < times; done += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, times - done) }, () =>
        this.executor.run(this.program, { patient: this.mayTimeOut() }),
      )
      for (const run of await Promise.all(batch)) this.note(run)
    }
    const { outcomes, complete } = this.counted()
    return {
      kernel: release(),
      programs: times,
      steps: times * this.program.steps.length,
      agreed: this.agreed,
      outcomes,
      complete,
      divergences: [...this.divergences.values()].map((found) => ({ ...found.divergence, rate: found.times / times })),
      undecided: this.undecided,
      seconds: (performance.now() - begun) / 1000,
    }
  }

  /** A call of it comes back after a time, or a signal does. */
  private mayTimeOut(): boolean {
    return this.program.steps.some(({ call, args }) => {
      const time = this.rules.syscalls.get(call)?.timeout?.(args)
      return call === 'alarm' || (time !== undefined && time !== null)
    })
  }

  private note(run: LiveRun): void {
    const made = this.madeIn(run)
    const outcome = outcomeOf(this.program, run.results, made, this.rules)
    const verdict = judge(run, { rules: this.rules, unprivileged: this.executor.mode === 'polling' })
    const diverged = verdict.verdict === 'divergence'
    const key = outcome.join('\n')
    const known = this.counts.get(key) ?? { outcome, count: 0, diverged }
    this.counts.set(key, { outcome, count: known.count + 1, diverged: known.diverged || diverged })
    if (verdict.verdict === 'allowed') this.agreed++
    else if (verdict.verdict === 'undecided') this.undecided[verdict.why] = (this.undecided[verdict.why] ?? 0) + 1
    else {
      const divergence = describeDivergence(run, verdict, this.rules)
      const times = (this.divergences.get(divergence.signature)?.times ?? 0) + 1
      this.divergences.set(divergence.signature, { divergence, times })
    }
  }

  /** Tids by the step that made them; a process that was killed before its first instruction has its maker's word alone. */
  private madeIn(run: LiveRun): Map<number, number> {
    const made = new Map<number, number>()
    this.program.steps.forEach(({ id, call }, index) => {
      const { makes } = this.rules.syscalls.get(call)!
      const { result } = run.results[index]!
      if ((makes === 'process' || makes === 'thread') && typeof result === 'number') made.set(id, result)
    })
    for (const [place, tid] of run.made) made.set(place === 0 ? FIRST_STEP : this.program.steps[place - 1]!.id, tid)
    return made
  }

  /** Those seen, most often first; then those that the model allows and nobody saw. */
  private counted(): { outcomes: CountedOutcome[]; complete: boolean } {
    const order = this.options.racy ? 'free' : 'lock-step'
    const allowed = allowedOutcomes(this.program, { rules: this.rules, order })
    const keys = new Set(allowed.outcomes.map((outcome) => outcome.join('\n')))
    const seen = [...this.counts]
      .toSorted(([, a], [, b]) => b.count - a.count)
      .map(([key, { outcome, count, diverged }]): CountedOutcome => {
        const unlisted = allowed.complete ? false : 'unlisted'
        return { outcome, count, allowed: diverged ? false : keys.has(key) ? true : unlisted }
      })
    const unseen = allowed.outcomes
      .filter((outcome) => !this.counts.has(outcome.join('\n')))
      .map((outcome) => ({ outcome, count: 0, allowed: true }))
    return { outcomes: [...seen, ...unseen], complete: allowed.complete }
  }
}
