import { join } from 'node:path'
import type { Program } from '../../model/program.ts'
import type { Claim, LiveVerdict, ModelVerdict } from '../claim.ts'
import { CannotEncode } from './encode.ts'
import { Executor, ExecutorEnded } from './executor.ts'
import { wentAs } from './history-seen.ts'
import { builtProgram, Isolation } from './isolated.ts'
import { LacksMeans } from './means.ts'
import { NoProgram, programOf } from './transcript-program.ts'

/** What a live kernel did when a history was run; `why` it was not. */
export interface LiveFinding {
  readonly live: LiveVerdict
  readonly why?: string
}

/** Seconds that a program of the ledger may take. */
const LONGEST = 20

/** The exit statuses of the programs. See traces/claims/claim.h. */
const SEEN = 0
const NOT_SEEN = 1

/** How often a history that the model allows is looked for where it takes a race to happen. */
const TRIES = 400
const BATCH = 50

/** Asks the live kernel about the histories of claims. */
export class ClaimRuns {
  private readonly folder: string
  /** What runs programs, and what runs transcripts; or why the machine does not let it. */
  private readonly isolation: Isolation | LacksMeans
  private readonly executor: Executor | LacksMeans
  private racing: Executor | undefined

  private constructor(folder: string, isolation: Isolation | LacksMeans, executor: Executor | LacksMeans) {
    this.folder = folder
    this.isolation = isolation
    this.executor = executor
  }

  /** `folder` holds the programs of the ledger. Errors: LacksMeans, if neither programs nor transcripts can be run. */
  static async prepare(folder: string): Promise<ClaimRuns> {
    const isolation = await orLack(() => Isolation.prepare())
    const executor = await orLack(() => Executor.start())
    if (isolation instanceof LacksMeans && executor instanceof LacksMeans) throw isolation
    return new ClaimRuns(folder, isolation, executor)
  }

  /** What was found of each history of the claim, in their order, of which the model says this. */
  async run(claim: Claim, expected: readonly ModelVerdict[]): Promise<LiveFinding[]> {
    const findings: LiveFinding[] = []
    for (const [index, { lines }] of claim.histories.entries())
      findings.push(
        claim.program === null
          ? await this.runTranscript(lines, expected[index]!)
          : await this.runProgram(claim.id, index + 1),
      )
    return findings
  }

  private async runProgram(id: string, number: number): Promise<LiveFinding> {
    if (this.isolation instanceof LacksMeans) return { live: 'not run', why: this.isolation.message }
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
      if (wentAs(lines, run)) return { live: 'seen' }
      if (expected !== 'allowed') return { live: 'not seen' }
      this.racing ??= await Executor.start({ racy: true })
      return { live: (await this.seenInRace(this.racing, program, lines)) ? 'seen' : 'not seen' }
    } catch (error) {
      if (error instanceof CannotEncode || error instanceof NoProgram) return { live: 'not run', why: error.message }
      throw error
    }
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
