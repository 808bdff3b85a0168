import { join } from 'node:path'
import type { Program } from '../../model/program.ts'
import type { Claim, LiveVerdict, ModelVerdict } from '../claim.ts'
import { linux } from '../../model/linux.ts'
import { describeDivergence } from './divergence.ts'
import { CannotEncode } from './encode.ts'
import { Executor, ExecutorEnded } from './executor.ts'
import { Expectations, today, type TargetReport } from './expectations.ts'
import { wentAs } from './history-seen.ts'
import { builtProgram, Isolation } from './isolated.ts'
import { judge } from './judge.ts'
import type { LiveRun } from './live-run.ts'
import { LacksMeans } from './means.ts'
import type { Target } from './target.ts'
import { NoProgram, programOf } from './transcript-program.ts'

/** What a live kernel did when a history was run; `why` it was not, or what else it did. */
export interface LiveFinding {
  readonly live: LiveVerdict
  readonly why?: string
  /** On a target, its calls gave what no Linux gives, and what is not expected of the target: `why` says what. */
  readonly diverges?: true
}

/** What starts other programs: under a command they would run beside it. */
const EXECUTES = /\bexec[lv]\w*\(|posix_spawn|popen\(|system\(|"shell\.h"/

/** Seconds that a program of the ledger may take. */
const LONGEST = 20

/** The exit statuses of the programs. See traces/claims/claim.h. */
const SEEN = 0
const NOT_SEEN = 1

/** How often a history that the model allows is looked for where it takes a race to happen. */
const TRIES = 400
const BATCH = 50

/** Asks the live kernel, or another implementation of Linux, about the histories of claims. */
export class ClaimRuns {
  private readonly folder: string
  /** What runs programs, and what runs transcripts; or why the machine does not let it. */
  private readonly isolation: Isolation | LacksMeans
  private readonly executor: Executor | LacksMeans
  private racing: Executor | undefined

  private readonly target: Target | undefined
  private readonly expectations: Expectations

  private constructor(
    folder: string,
    isolation: Isolation | LacksMeans,
    executor: Executor | LacksMeans,
    target: Target | undefined,
  ) {
    this.folder = folder
    this.isolation = isolation
    this.executor = executor
    this.target = target
    this.expectations = new Expectations(target, today())
  }

  /**
   * `folder` holds the programs of the ledger. Errors: LacksMeans, if neither programs nor transcripts can be run, or no
   * transcripts on the target.
   */
  static async prepare(folder: string, target?: Target): Promise<ClaimRuns> {
    const isolation = await orLack(() => Isolation.prepare(target))
    const executor = await orLack(() => Executor.start({ target }))
    if (executor instanceof LacksMeans && (target !== undefined || isolation instanceof LacksMeans)) throw executor
    return new ClaimRuns(folder, isolation, executor, target)
  }

  /** What was absent of the target's, and what it did otherwise, as expected. Undefined for this kernel. */
  report(): TargetReport | undefined {
    return this.expectations.report()
  }

  /** That another verdict than Linux's comes of this claim is expected of the target: `claim NAME` among its differences. */
  isExpected(id: string): boolean {
    return this.expectations.met({ signature: `claim ${id}` }) === 'expected'
  }

  /** What was found of each history of the claim, in their order, of which the model says this. */
  async run(claim: Claim, expected: readonly ModelVerdict[]): Promise<LiveFinding[]> {
    const findings: LiveFinding[] = []
    for (const [index, { lines }] of claim.histories.entries())
      findings.push(
        claim.program === null
          ? await this.runTranscript(lines, expected[index]!)
          : await this.runProgram(claim.id, claim.program, index + 1),
      )
    return findings
  }

  private async runProgram(id: string, text: string, number: number): Promise<LiveFinding> {
    if (this.isolation instanceof LacksMeans) return { live: 'not run', why: this.isolation.message }
    if (this.target?.kind === 'wrap' && EXECUTES.test(text))
      return { live: 'not run', why: `what it executes would run beside ${this.target.name}, and not under it` }
    try {
      const program = builtProgram(join(this.folder, `${id}.c`))
      const { status, said } = await this.isolation.run(program, [String(number)], LONGEST)
      if (status === SEEN) return { live: 'seen' }
      return status === NOT_SEEN ? { live: 'not seen' } : { live: 'not run', why: said }
    } catch (error) {
      if (error instanceof LacksMeans) return { live: 'not run', why: error.message }
      throw error
    }
  }

  /** End what runs. */
  async close(): Promise<void> {
    if (this.executor instanceof Executor) await this.executor.close()
    await this.racing?.close()
  }

  /** Its calls one after the other, each when all before it have settled; if that does not give it, in a race. */
  private async runTranscript(lines: readonly string[], expected: ModelVerdict): Promise<LiveFinding> {
    if (this.executor instanceof LacksMeans) return { live: 'not run', why: this.executor.message }
    try {
      const program = programOf(lines)
      const run = await this.executor.run(program)
      if (run.trouble !== undefined) return { live: 'not run', why: run.trouble }
      const { why, decides } = this.judged(run, this.executor)
      if (!decides) return { live: 'not run', why }
      const found = (live: LiveVerdict): LiveFinding => ({ live, ...(why !== '' && { why, diverges: true }) })
      if (wentAs(lines, run)) return found('seen')
      if (expected !== 'allowed') return found('not seen')
      this.racing ??= await Executor.start({ racy: true, target: this.target })
      return (await this.seenInRace(this.racing, program, lines)) ? { live: 'seen' } : found('not seen')
    } catch (error) {
      if (error instanceof CannotEncode || error instanceof NoProgram) return { live: 'not run', why: error.message }
      throw error
    }
  }

  /** What of a run the target is known to lack or to do otherwise, which decides nothing; or what else it does otherwise. */
  private judged(run: LiveRun, { unprivileged }: Executor): { readonly why: string; readonly decides: boolean } {
    if (this.target === undefined) return { why: '', decides: true }
    const verdict = judge(run, { unprivileged, absences: this.expectations.absences })
    if (verdict.verdict === 'absent') {
      this.expectations.noteAbsent(verdict.what)
      return { why: `${this.target.name} lacks ${verdict.what}`, decides: false }
    }
    if (verdict.verdict !== 'divergence') return { why: '', decides: true }
    const divergence = describeDivergence(run, verdict, linux)
    const { signature, seen } = divergence
    if (this.expectations.met(divergence) === 'expected')
      return { why: `"${signature}" is expected of ${this.target.name}`, decides: false }
    return { why: `${this.target.name} does what no Linux does: ${seen}`, decides: true }
  }

  private async seenInRace(racing: Executor, program: Program, lines: readonly string[]): Promise<boolean> {
    const over = setTimeout(() => void racing.close(), LONGEST * 1000)
    try {
      for (let tries = 0; tries < TRIES; tries += BATCH) {
        const runs = await Promise.all(Array.from({ length: BATCH }, () => racing.run(program)))
        if (runs.some((run) => run.trouble === undefined && wentAs(lines, run))) return true
      }
      return false
    } catch (error) {
      if (!(error instanceof ExecutorEnded)) throw error
      this.racing = undefined
      return false
    } finally {
      clearTimeout(over)
    }
  }
}

/** What was started, or why it could not be. */
async function orLack<T>(start: () => Promise<T>): Promise<T | LacksMeans> {
  try {
    return await start()
  } catch (error) {
    if (error instanceof LacksMeans) return error
    throw error
  }
}
