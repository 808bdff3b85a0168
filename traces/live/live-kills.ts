import { linux } from '../../model/linux.ts'
import type { Program } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import type { Fault } from '../../properties/fault.ts'
import { retold } from '../../properties/arbitraries/retold.ts'
import { invariants, stepProperties } from '../../properties/invariants/index.ts'
import { kill } from '../../properties/kill-matrix.ts'
import { describeDivergence, type Divergence } from './divergence.ts'
import { CannotEncode } from './encode.ts'
import { Executor } from './executor.ts'
import { judge } from './judge.ts'
import { inLockStep, livePrograms } from './live-programs.ts'
import type { LiveRun } from './live-run.ts'
import { transcriptOf } from './live-transcript.ts'
import { minimiseLive } from './minimise.ts'
import { UNSEEN } from './unseen-faults.ts'
import { noting, patchedParts, type Parts } from './touched-rules.ts'

/** What `faults --live --json` prints for one fault. */
export interface LiveKill {
  readonly fault: string
  readonly source: string
  readonly killed: boolean
  /** What the kernel did that the model with the fault does not allow; null when that was not seen. */
  readonly by: string | null
  /** Programs whose runs were judged by the model with the fault. */
  readonly runs: number
  /**
   * Where the program that noticed it came from: one of those drawn for all faults; one that begins with what shows the
   * fault in the model; just that, run freely on several processors.
   */
  readonly from: 'drawn' | 'aimed' | 'racing' | null
  readonly programSteps: number | null
  /** The share of the runs of that program in which it is seen again. */
  readonly rate: number | null
  readonly seconds: number
  /** The smallest program found, as it went on the kernel. */
  readonly program: readonly string[]
  /** Why the fault cannot be noticed, where that is so (`UNSEEN`). */
  readonly unseen: string | null
}

export interface LiveKillOptions {
  readonly seed: number
  /** Seconds for each fault, at the most. */
  readonly time: number
  /** Programs that are run once for all faults; more are for those that none of them shows. */
  readonly programs: number
  /** False: what shows a fault is not made smaller. */
  readonly shrink?: boolean
}

interface PooledRun {
  readonly run: LiveRun
  /** What of the rules it took to explain it. */
  readonly touched: Parts
}

/** Programs drawn at once. */
const CHUNK = 64
/** Candidates for a smaller program that are tried on the kernel. */
const SHRINKS = 600
/** Seconds in which to find a program that shows a fault in the model. */
const TO_FIND = 20
/** Such programs that are tried; others that begin with it, calls that they add at the most, and free runs of it. */
const ATTEMPTS = 4
const AIMED = 150
const BEHIND = 16
const RACES = 150
/** Runs by which is measured how often it is seen again. */
const REPEATS = 100

/**
 * Which deliberate mistakes in the model the live kernel contradicts. The runs of drawn programs are judged by each faulty
 * model; for a fault that none of them shows, the program that shows it in the model is run. Errors: LacksMeans.
 */
export class LiveKills {
  private readonly options: LiveKillOptions
  private readonly executor: Executor
  private readonly drawn: Generator<Program>
  private readonly pool: PooledRun[] = []
  private readonly noting = noting(linux)
  private racing: Executor | undefined

  private constructor(options: LiveKillOptions, executor: Executor) {
    this.options = options
    this.executor = executor
    this.drawn = livePrograms({ rules: linux, seed: options.seed, maxSteps: 24 })
  }

  static async begin(options: LiveKillOptions): Promise<LiveKills> {
    return new LiveKills(options, await Executor.start())
  }

  async end(): Promise<void> {
    await this.racing?.close()
    await this.executor.close()
  }

  async kill(fault: Fault): Promise<LiveKill> {
    const begun = performance.now()
    const search = new Search(fault, begun + this.options.time * 1000)
    const { programs } = this.options
    const found =
      (await this.amongDrawn(search, 0, programs)) ??
      (await this.aimed(search)) ??
      // What only few programs show may be shown by more of them.
      (fault.name in UNSEEN ? undefined : await this.amongDrawn(search, programs, Infinity))
    const smallest = found && (await this.smallest(found, search.rules))
    const { name, source } = fault
    return {
      fault: name,
      source,
      killed: found !== undefined,
      by: (smallest ?? found)?.divergence.seen ?? null,
      runs: search.runs,
      from: found?.from ?? null,
      programSteps: (smallest ?? found)?.program.steps.length ?? null,
      rate: found === undefined ? null : await this.rateOf({ ...found, ...smallest }, search.rules),
      seconds: (performance.now() - begun) / 1000,
      program: (smallest ?? found)?.divergence.program ?? [],
      unseen: UNSEEN[name] ?? null,
    }
  }

  private async amongDrawn(search: Search, from: number, end: number): Promise<Contradiction | undefined> {
    for (let next = from; next < end && !search.isOver(); next++) {
      const pooled = await this.pooled(next)
      if (!sharesAny(pooled.touched, search.parts)) continue
      search.runs++
      const divergence = this.contradicts(pooled.run, search.rules)
      if (divergence !== undefined) return { program: pooled.run.program, divergence, from: 'drawn' }
    }
    return undefined
  }

  /**
   * By a small program that shows the fault in the model, and when that is of no use by others: as it is, as the beginning
   * of others, and run freely.
   */
  private async aimed(search: Search): Promise<Contradiction | undefined> {
    this.racing ??= await Executor.start({ racy: true })
    for (let { seed } = this.options; !search.isOver() && seed < this.options.seed + ATTEMPTS; seed++) {
      const { counterexample } = kill(search.fault, { rules: linux, invariants, stepProperties, time: TO_FIND, seed })
      if (counterexample === null) return undefined
      const program = inLockStep(counterexample)
      const found = await this.firstContradiction(this.executor, [program, ...this.begunWith(program, seed)], search)
      if (found !== undefined) return { ...found, from: 'aimed' }
      const raced = await this.firstContradiction(this.racing, Array<Program>(RACES).fill(program), search)
      if (raced !== undefined) return { ...raced, from: 'racing' }
    }
    return undefined
  }

  private begunWith(program: Program, seed: number): Program[] {
    const maxSteps = program.steps.length + BEHIND
    const more = livePrograms({ rules: linux, seed, maxSteps, scenes: [retold(program, linux)] })
    return Array.from({ length: AIMED }, () => more.next().value as Program)
  }

  private async firstContradiction(
    executor: Executor,
    programs: readonly Program[],
    search: Search,
  ): Promise<Omit<Contradiction, 'from'> | undefined> {
    const all = await Promise.all(programs.map((program) => this.contradiction(executor, program, search.rules)))
    search.runs += programs.length
    const place = all.findIndex((divergence) => divergence !== undefined)
    return place < 0 ? undefined : { program: programs[place]!, divergence: all[place]! }
  }

  /** The drawn programs in order, each run once, of which the model explains what they did. */
  private async pooled(index: number): Promise<PooledRun> {
    while (this.pool.length <= index) {
      const programs = Array.from({ length: CHUNK }, () => this.drawn.next().value as Program)
      for (const run of await Promise.all(programs.map((program) => execute(this.executor, program)))) {
        const { rules, touched } = this.noting
        touched.clear()
        const explained = judge(run, this.judging(rules)).verdict === 'allowed'
        if (explained) this.pool.push({ run, touched: new Set(touched) })
      }
    }
    return this.pool[index]!
  }

  private judging(rules: Rules): Parameters<typeof judge>[1] {
    return { rules, unprivileged: this.executor.mode === 'polling' }
  }

  /** What in a run the faulty model does not allow; a state that cannot be is one that the kernel does not come to. */
  private contradicts(run: LiveRun, rules: Rules): Divergence | undefined {
    try {
      const verdict = judge(run, this.judging(rules))
      return verdict.verdict === 'divergence' ? describeDivergence(run, verdict, rules) : undefined
    } catch (error) {
      const seen = `the model comes to a state that cannot be: ${error instanceof Error ? error.message : String(error)}`
      const signature = 'a state that cannot be'
      return { program: transcriptOf(run, linux), step: 0, seen, allowed: [], rule: '', source: '', signature }
    }
  }

  private async contradiction(executor: Executor, program: Program, rules: Rules): Promise<Divergence | undefined> {
    try {
      const run = await execute(executor, program)
      return judge(run, this.judging(linux)).verdict === 'allowed' ? this.contradicts(run, rules) : undefined
    } catch (error) {
      if (error instanceof CannotEncode) return undefined
      throw error
    }
  }

  /** What is seen in a race is left as it is. */
  private async smallest(
    { program, divergence, from }: Contradiction,
    rules: Rules,
  ): Promise<Omit<Contradiction, 'from'> | undefined> {
    if (from === 'racing' || this.options.shrink === false) return undefined
    const again = (candidate: Program) => this.contradiction(this.executor, candidate, rules)
    const still = async (candidate: Program) => (await again(candidate))?.signature === divergence.signature
    const smallest = await minimiseLive(program, linux, still, SHRINKS)
    const last = await again(smallest)
    return last && { program: smallest, divergence: last }
  }

  private async rateOf({ program, divergence, from }: Contradiction, rules: Rules): Promise<number> {
    const executor = from === 'racing' ? this.racing! : this.executor
    const again = await Promise.all(Array.from({ length: REPEATS }, () => this.contradiction(executor, program, rules)))
    return again.filter((other) => other?.signature === divergence.signature).length / REPEATS
  }
}

const execute = (executor: Executor, program: Program): Promise<LiveRun> => executor.run(program, { snapshots: 'end' })

/** The search for a run that shows one fault. */
class Search {
  readonly fault: Fault
  readonly rules: Rules
  readonly parts: Parts
  /** Runs judged so far. */
  runs = 0
  private readonly end: number

  constructor(fault: Fault, end: number) {
    this.fault = fault
    this.rules = fault.apply(linux)
    this.parts = patchedParts(linux, this.rules)
    this.end = end
  }

  isOver(): boolean {
    return performance.now() > this.end
  }
}

interface Contradiction {
  readonly program: Program
  readonly divergence: Divergence
  readonly from: NonNullable<LiveKill['from']>
}

function sharesAny(touched: Parts, parts: Parts): boolean {
  for (const part of parts) if (touched.has(part)) return true
  return false
}
