import * as fc from 'fast-check'
import type { Program, Run } from '../model/program.ts'
import type { Rules } from '../model/rules.ts'
import { run as play } from '../model/run.ts'
import { equalValues } from '../model/state/values.ts'
import { describeProgram } from '../model/notation/print.ts'
import { ProgramArbitrary } from './arbitraries/program.ts'
import { minimise, type Signature } from './arbitraries/shrink.ts'
import { compare } from './differences.ts'
import type { Fault } from './fault.ts'
import { Checks, hold } from './hold.ts'
import type { Invariant, StepProperty } from './invariant.ts'
import { search, wallClock } from './search.ts'
import { visible } from './visible.ts'

export interface KillOptions {
  readonly rules: Rules
  readonly invariants: readonly Invariant[]
  readonly stepProperties?: readonly StepProperty[]
  /** Programs to try against one fault. */
  readonly runs?: number
  /** Seconds to spend on one fault. */
  readonly time?: number
  readonly seed?: number
  /** As for `search`. */
  readonly clock?: () => number
}

/** What `faults --json` prints for one fault. */
export interface Kill {
  readonly fault: string
  readonly source: string
  readonly killed: boolean
  /** The invariant or step property that noticed it, or BY_COMPARISON; null when nothing did. */
  readonly by: string | null
  /** Programs tried, the one that noticed it included. */
  readonly runs: number
  /** Steps of the smallest program that shows it; null when none was found. */
  readonly programSteps: number | null
  readonly seconds: number
  /** Of those, from the first program that shows it to the smallest. */
  readonly shrinkSeconds: number
  /** That program, as a transcript of its run under the fault. */
  readonly program: readonly string[]
}

/** A kill with its program itself, and what tells whether another does the same wrong. */
export interface Found extends Kill {
  readonly counterexample: Program | null
  readonly signature: Signature
}

/** Notices a fault of which no invariant speaks: the program shows what the rules without the fault do not allow. */
export const BY_COMPARISON = 'comparison with the rules without the fault'

const RUNS = 20_000

/** Every fault, and what notices it. */
export function* killMatrix(faults: readonly Fault[], options: KillOptions): Iterable<Kill> {
  for (const fault of faults) yield kill(fault, options)
}

/** Look for a program that shows a fault: by the invariants, or where none speaks of it by comparison. */
export function kill(fault: Fault, options: KillOptions): Found {
  return fault.breaks.length > 0 ? byInvariants(fault, options) : byComparison(fault, options)
}

function byInvariants(fault: Fault, options: KillOptions): Found {
  const { runs = options.time === undefined ? RUNS : undefined, time, seed } = options
  const found = search({
    ...options,
    fault,
    ...(runs !== undefined && { runs }),
    ...(time !== undefined && { time }),
    ...(seed !== undefined && { seed }),
  })
  return {
    fault: fault.name,
    source: fault.source,
    killed: found.violation !== null,
    by: found.violation?.invariant ?? null,
    runs: found.runs,
    programSteps: found.violation?.steps ?? null,
    seconds: found.seconds,
    shrinkSeconds: found.violation?.shrinkSeconds ?? 0,
    program: found.violation?.program ?? [],
    counterexample: found.counterexample,
    signature: brokenBy(fault, options),
  }
}

/** The property that a program breaks. */
function brokenBy(fault: Fault, { rules, invariants, stepProperties }: KillOptions): Signature {
  const faulty = fault.apply(rules)
  const checks = new Checks(faulty, invariants, stepProperties)
  return (program) => hold(faulty, checks, program).violation?.name
}

/** The rules without the fault, on the path that the same choices name: mostly it shows the same, and no other is sought. */
const playedBy = (rules: Rules, program: Program): Run => play(rules, program, { recording: true })

const looksTheSame = (one: Run, other: Run): boolean =>
  equalValues(one.sights, other.sights) && visible(one.kernel) === visible(other.kernel)

/** Longer programs have more orders than can be searched, and show nothing that short ones do not. */
const STEPS_COMPARED = 20

function byComparison(fault: Fault, options: KillOptions): Found {
  const { rules, seed = 1, time, clock = wallClock } = options
  const faulty = fault.apply(rules)
  const begun = clock()
  const programs = new ProgramArbitrary({
    rules: faulty,
    checks: new Checks(faulty, []),
    maxSteps: STEPS_COMPARED,
    recording: true,
    verdict: ({ program, run, violation }) => {
      if (violation !== null) return violation.name
      if (looksTheSame(playedBy(rules, program), run)) return undefined
      return compare(rules, run).verdict === 'different' ? BY_COMPARISON : undefined
    },
  })
  let broken: number | undefined
  const isFine = (program: Program) => {
    if (programs.signature(program) === undefined) return true
    broken ??= clock()
    return false
  }
  const report = fc.check(fc.property(programs, isFine), {
    seed,
    numRuns: options.runs ?? (time === undefined ? RUNS : 2 ** 31 - 1),
    ...(time !== undefined && { interruptAfterTimeLimit: time * 1000, markInterruptAsFailure: false }),
  })
  const found = report.counterexample?.[0]
  const smallest = found && minimise(found, faulty, programs.signature).program
  const now = clock()
  return {
    fault: fault.name,
    source: fault.source,
    killed: smallest !== undefined,
    by: smallest === undefined ? null : (programs.signature(smallest) ?? null),
    runs: report.numRuns,
    programSteps: smallest?.steps.length ?? null,
    seconds: (now - begun) / 1000,
    shrinkSeconds: broken === undefined ? 0 : (now - broken) / 1000,
    program: smallest === undefined ? [] : describeProgram(smallest, faulty),
    counterexample: smallest ?? null,
    signature: programs.signature,
  }
}
