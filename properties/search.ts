import * as fc from 'fast-check'
import type { Program, Run } from '../model/program.ts'
import type { Rules } from '../model/rules.ts'
import { ProgramArbitrary } from './arbitraries/program.ts'
import { minimise } from './arbitraries/shrink.ts'
import type { Fault } from './fault.ts'
import { Checks, type Violation } from './hold.ts'
import type { Invariant, StepProperty } from './invariant.ts'
import { describeProgram } from '../model/notation/print.ts'

export interface SearchOptions {
  readonly rules: Rules
  readonly invariants: readonly Invariant[]
  readonly stepProperties?: readonly StepProperty[]
  /** Programs to try; 1,000 when neither this nor `time` is given. */
  readonly runs?: number
  /** Seconds after which no new program is begun. */
  readonly time?: number
  /** 1 when absent. */
  readonly seed?: number
  /** The path of fast-check's that leads to one program: from a `replay` line. */
  readonly path?: string
  /** A deliberate mistake to put into `rules`. */
  readonly fault?: Fault
  /** Steps of a program at the most; 40 when absent. */
  readonly maxSteps?: number
  /** Milliseconds since some time, by which it is said how long things took; those of the wall when absent. */
  readonly clock?: () => number
}

export interface FoundViolation {
  readonly invariant: string
  readonly source: string
  readonly detail: string
  /** The smallest program, as a transcript of its run. */
  readonly program: readonly string[]
  readonly steps: number
  readonly shrinks: number
  /** From the first program that breaks it to the smallest. */
  readonly shrinkSeconds: number
  /** A command that finds it again. */
  readonly replay: string
}

/** What `check --json` prints. */
export interface SearchResult {
  readonly verdict: 'holds' | 'violated'
  readonly runs: number
  /** Steps of all programs, and those of them that could be made. */
  readonly steps: number
  readonly calls: number
  readonly seconds: number
  readonly seed: number
  readonly violation: FoundViolation | null
  /** The share of each call among the calls made, 0 for those never made. */
  readonly distribution: Readonly<Record<string, number>>
  /** How often each call came back how: `close/ok`, `read/EBADF`, `wait4/?` (it never did). Any success is `/ok`. */
  readonly outcomes: Readonly<Record<string, number>>
  /** How often each shadow was seen; counting ends at a hundred. */
  readonly shadows: Readonly<Record<string, number>>
  /** The smallest program itself. */
  readonly counterexample: Program | null
}

export const wallClock = (): number => performance.now()

/** Look for a program that breaks an invariant, and make it as small as can be. */
export function search(options: SearchOptions): SearchResult {
  const { seed = 1, time, path, fault, clock = wallClock } = options
  const runs = options.runs ?? (time === undefined ? 1_000 : 2 ** 31 - 1)
  const rules = fault === undefined ? options.rules : fault.apply(options.rules)
  const checks = new Checks(rules, options.invariants, options.stepProperties)
  const programs = new ProgramArbitrary({
    rules,
    checks,
    ...(options.maxSteps !== undefined && { maxSteps: options.maxSteps }),
  })
  const tally = new Tally(rules)
  const begun = clock()
  let broken = begun
  const property = fc.property(programs, (program) => {
    const { run, violation } = programs.judged(program)
    if (violation !== null && !tally.ended) broken = clock()
    tally.add(run, violation !== null)
    return violation === null
  })
  const report = fc.check(property, {
    seed,
    numRuns: runs,
    ...(path !== undefined && { path }),
    ...(time !== undefined && { interruptAfterTimeLimit: time * 1000, markInterruptAsFailure: false }),
  })
  const found = report.counterexample?.[0]
  const smallest = found === undefined ? undefined : minimise(found, rules, programs.signature)
  const violation = smallest === undefined ? null : programs.judged(smallest.program).violation
  const now = clock()
  return {
    verdict: violation === null ? 'holds' : 'violated',
    ...tally.totals(),
    runs: report.numRuns,
    seconds: (now - begun) / 1000,
    seed: report.seed,
    violation:
      violation === null || smallest === undefined
        ? null
        : {
            ...describe(violation, smallest.program, rules),
            shrinks: report.numShrinks + smallest.shrinks,
            shrinkSeconds: (now - broken) / 1000,
            replay: replayLine(report, fault),
          },
    shadows: checks.seen(),
    counterexample: smallest?.program ?? null,
  }
}

const replayLine = (report: fc.RunDetails<[Program]>, fault: Fault | undefined): string =>
  `lastrites check --seed ${report.seed} --path ${report.counterexamplePath ?? ''}${fault === undefined ? '' : ` --fault '${fault.name}'`}`

const describe = (
  { name, source, detail }: Violation,
  program: Program,
  rules: Rules,
): Omit<FoundViolation, 'shrinks' | 'shrinkSeconds' | 'replay'> => ({
  invariant: name,
  source,
  detail,
  program: describeProgram(program, rules),
  steps: program.steps.length,
})

/** Counts of calls and of how they came back, over the programs drawn; those tried while minimising do not count. */
class Tally {
  private steps = 0
  private calls = 0
  ended = false
  private readonly results = new Map<string, Map<string, number>>()

  constructor(rules: Rules) {
    for (const name of rules.syscalls.keys()) if (name !== 'rt_sigreturn') this.results.set(name, new Map())
  }

  add(run: Run, last: boolean): void {
    if (this.ended) return
    this.ended = last
    for (const { step, result } of run.results) {
      this.steps++
      if (result === 'skipped') continue
      this.calls++
      const label = typeof result === 'number' ? 'ok' : (result ?? '?')
      const counts = this.results.get(step.call)!
      counts.set(label, (counts.get(label) ?? 0) + 1)
    }
  }

  totals(): Pick<SearchResult, 'steps' | 'calls' | 'distribution' | 'outcomes'> {
    const distribution: Record<string, number> = {}
    const outcomes: Record<string, number> = {}
    for (const [call, counts] of this.results) {
      let made = 0
      for (const [label, count] of counts) {
        made += count
        outcomes[`${call}/${label}`] = count
      }
      distribution[call] = this.calls === 0 ? 0 : made / this.calls
    }
    return { steps: this.steps, calls: this.calls, distribution, outcomes }
  }
}
