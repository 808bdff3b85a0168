import { release } from 'node:os'
import { linux } from '../../model/linux.ts'
import type { Program } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { describeDivergence, type Divergence } from './divergence.ts'
import { CannotEncode } from './encode.ts'
import { Expectations, today, type TargetReport } from './expectations.ts'
import { Executor, type RunOptions } from './executor.ts'
import { judge, type LiveVerdict } from './judge.ts'
import { livePrograms } from './live-programs.ts'
import type { LiveRun } from './live-run.ts'
import { minimiseLive } from './minimise.ts'
import type { Target } from './target.ts'

export interface FuzzOptions {
  /** Those that the kernel is judged by. */
  readonly rules?: Rules
  readonly seed: number
  /** Programs at the most. */
  readonly runs: number
  /** Seconds after which no new program is begun. */
  readonly time: number
  readonly maxSteps?: number
  readonly fresh?: boolean
  /** The processes of each program run freely, on different processors. */
  readonly racy?: boolean
  readonly snapshots?: RunOptions['snapshots']
  /** End at the first divergence. */
  readonly first?: boolean
  /** What runs the programs, if it is not this kernel. */
  readonly target?: Target | undefined
  readonly progress?: (programs: number, divergences: number) => void
}

/** A divergence, made as small as can be, with the share of its runs in which it is seen again. */
export interface FoundDivergence extends Divergence {
  /** 0: never again. */
  readonly rate: number
  /** The runs by which that was measured. */
  readonly repeats: number
  /** Programs that diverged in the same way. */
  readonly times: number
}

/** What `fuzz --json` prints. */
export interface FuzzResult {
  readonly kernel: string
  readonly mode: Executor['mode']
  readonly seed: number
  readonly programs: number
  readonly steps: number
  readonly agreed: number
  readonly divergences: readonly FoundDivergence[]
  readonly undecided: Readonly<Record<string, number>>
  /** How often each call came back how: `close/ok`, `read/EBADF`, `wait4/?` (it never did). */
  readonly outcomes: Readonly<Record<string, number>>
  readonly seconds: number
  readonly target?: TargetReport
}

/** Programs under way at once: while the kernel runs some, others are drawn and judged. */
const UNDER_WAY = 100
/** Distinct divergences that are looked into. */
const MOST_DIVERGENCES = 12
/** Smaller programs that a divergence is looked for in, and runs by which its rate is measured. Emulators are slow. */
const EFFORT = { kernel: { questions: 2000, repeats: 100 }, target: { questions: 400, repeats: 20 } } as const
/** What free runs do they do now and then: a smaller program is asked so often before it is given up. */
const RACY = { questions: 300, attempts: 60, repeats: 1000 } as const

/** Run generated programs on the model and on the live kernel, and compare. Errors: LacksMeans. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const session = await Fuzz.begin(options)
  try {
    return await session.run()
  } finally {
    await session.end()
  }
}

interface Found {
  readonly program: Program
  readonly divergence: Divergence
  times: number
}

class Fuzz {
  private readonly options: FuzzOptions
  private readonly rules: Rules
  private readonly executor: Executor
  private readonly expectations: Expectations
  private readonly begun = performance.now()
  private readonly found = new Map<string, Found>()
  private readonly undecided: Record<string, number> = {}
  private readonly outcomes: Record<string, number> = {}
  private programs = 0
  private steps = 0
  private agreed = 0

  private constructor(options: FuzzOptions, executor: Executor) {
    this.options = options
    this.rules = options.rules ?? linux
    this.executor = executor
    this.expectations = new Expectations(options.target, today())
  }

  static async begin(options: FuzzOptions): Promise<Fuzz> {
    return new Fuzz(options, await Executor.start(options))
  }

  end(): Promise<void> {
    return this.executor.close()
  }

  async run(): Promise<FuzzResult> {
    const { seed, runs, maxSteps = 24, first, progress } = this.options
    const programs = livePrograms({ rules: this.rules, seed, maxSteps, absences: this.expectations.absences })
    const underWay: Promise<LiveRun>[] = []
    for (let begun = 0; ;) {
      while (underWay.length < UNDER_WAY && begun < runs && this.mayBegin()) {
        underWay.push(this.execute(programs.next().value as Program))
        begun++
      }
      const run = underWay.shift()
      if (run === undefined) break
      this.note(await run)
      if (first === true && this.found.size > 0) break
      if (this.programs % UNDER_WAY === 0) progress?.(this.programs, this.found.size)
    }
    await Promise.all(underWay)
    return this.result()
  }

  private mayBegin(): boolean {
    return performance.now() - this.begun < this.options.time * 1000 && this.found.size < MOST_DIVERGENCES
  }

  private execute(program: Program): Promise<LiveRun> {
    return this.executor.run(program, { snapshots: this.options.snapshots ?? 'none' })
  }

  private judge(run: LiveRun): LiveVerdict {
    return judge(run, {
      rules: this.rules,
      unprivileged: this.executor.unprivileged,
      absences: this.expectations.absences,
    })
  }

  private note(run: LiveRun): void {
    this.programs++
    for (const { step, result } of run.results) {
      if (result === 'skipped') continue
      this.steps++
      const word = result === undefined ? '?' : typeof result === 'string' ? result : 'ok'
      const outcome = `${step.call}/${word}`
      this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1
    }
    const verdict = this.judge(run)
    if (verdict.verdict === 'allowed') this.agreed++
    else if (verdict.verdict === 'undecided') this.undecided[verdict.why] = (this.undecided[verdict.why] ?? 0) + 1
    else if (verdict.verdict === 'absent') this.expectations.noteAbsent(verdict.what)
    else {
      const divergence = describeDivergence(run, verdict, this.rules)
      const { signature } = divergence
      const lapsed = this.expectations.met(divergence)
      if (lapsed === 'expected') return
      const known = this.found.get(signature)
      if (known !== undefined) known.times++
      else {
        const now = { ...divergence, ...(lapsed !== 'unexpected' && { lapsed }) }
        this.found.set(signature, { program: run.program, divergence: now, times: 1 })
      }
    }
  }

  private async divergenceOf(program: Program): Promise<Divergence | undefined> {
    try {
      const run = await this.execute(program)
      const verdict = this.judge(run)
      return verdict.verdict === 'divergence' ? describeDivergence(run, verdict, this.rules) : undefined
    } catch (error) {
      // A smaller program may lack what one of its calls needs.
      if (error instanceof CannotEncode) return undefined
      throw error
    }
  }

  private async result(): Promise<FuzzResult> {
    const divergences: FoundDivergence[] = []
    for (const found of this.found.values()) {
      const { lapsed } = found.divergence
      const smallest = await this.smallest(found)
      divergences.push({ ...smallest, times: found.times, ...(lapsed !== undefined && { lapsed }) })
    }
    const { programs, steps, agreed, undecided, outcomes } = this
    const { seed } = this.options
    const seconds = (performance.now() - this.begun) / 1000
    const { mode } = this.executor
    const target = this.expectations.report()
    return {
      ...{ kernel: release(), mode, seed, programs, steps, agreed, divergences, undecided, outcomes, seconds },
      ...(target !== undefined && { target }),
    }
  }

  /** What is seen in none of the runs of the smallest program is shown as it was seen first. */
  private async smallest({ program, divergence }: Found): Promise<Divergence & { rate: number; repeats: number }> {
    const isSame = (other: Divergence | undefined) => other?.signature === divergence.signature
    const { racy, target } = this.options
    const { questions, repeats } = racy === true ? RACY : EFFORT[target === undefined ? 'kernel' : 'target']
    const attempts = racy === true ? RACY.attempts : 1
    const still = async (candidate: Program) => (await this.repeated(candidate, attempts)).some(isSame)
    const smallest = await minimiseLive(program, this.rules, still, questions)
    const again = (await this.repeated(smallest, repeats)).filter(isSame)
    if (again.length > 0) return { ...again[0]!, rate: again.length / repeats, repeats }
    const first = (await this.repeated(program, repeats)).filter(isSame)
    return { ...divergence, rate: first.length / repeats, repeats }
  }

  private repeated(program: Program, times: number): Promise<(Divergence | undefined)[]> {
    return Promise.all(Array.from({ length: times }, () => this.divergenceOf(program)))
  }
}
