import type { Ground } from './ground.ts'
import type { WitnessJudge } from '../witness/judge.ts'
import type { CaptureVerdict, UndecidedLine } from './verdict.ts'

/** The least number that so large a share of a histogram, by number, does not exceed. */
function percentile(counts: readonly number[], share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  let below = 0
  for (let number = 1; number < counts.length; number++) {
    below += counts[number] ?? 0
    if (below >= total * share) return number
  }
  return 1
}

/** Why a line is not read. */
export const NO_LINE = 'no line of strace'

/** What a check has found, before it is put in figures. */
export type Findings = Pick<
  CaptureVerdict,
  'events' | 'modelled' | 'passedThrough' | 'unmodelled' | 'violations' | 'undecided' | 'assumptions' | 'witness'
> & { readonly sizes: readonly number[] }

export function findingsOf(ground: Ground, judge: WitnessJudge | undefined): Findings {
  const witness = judge?.finish(ground)
  return {
    events: ground.events,
    modelled: ground.modelled,
    passedThrough: ground.passedThrough,
    unmodelled: ground.unmodelled,
    violations: [...ground.violations, ...(witness?.violations ?? [])],
    undecided: [...ground.undecided, ...(witness?.undecided ?? [])],
    assumptions: [...ground.assumptions],
    sizes: ground.follower.sizes,
    ...(witness && { witness: { file: witness.file, events: witness.events, matched: witness.matched } }),
  }
}

/** One check after the other. */
export function together(first: Findings, second: Findings): Findings {
  const unmodelled = { ...first.unmodelled }
  for (const [name, count] of Object.entries(second.unmodelled)) unmodelled[name] = (unmodelled[name] ?? 0) + count
  const length = Math.max(first.sizes.length, second.sizes.length)
  return {
    events: first.events + second.events,
    modelled: first.modelled + second.modelled,
    passedThrough: first.passedThrough + second.passedThrough,
    unmodelled,
    violations: [...first.violations, ...second.violations],
    undecided: [...first.undecided, ...second.undecided],
    assumptions: [...new Set([...first.assumptions, ...second.assumptions])],
    sizes: Array.from({ length }, (_, size) => (first.sizes[size] ?? 0) + (second.sizes[size] ?? 0)),
  }
}

/** In figures; `damage`: the capture could be read only up to there. */
export function verdictOf(
  found: Findings,
  damage: UndecidedLine | undefined,
  file: string,
  lines: number,
  started: number,
): CaptureVerdict {
  const { sizes, ...rest } = found
  const undecided = damage === undefined ? found.undecided : [...found.undecided, damage]
  const unread = undecided.filter(({ why }) => why.startsWith(NO_LINE)).length
  // Where each line has something before it, only those are read in which that may stand.
  const violations = unread * 2 > lines ? [] : found.violations
  return {
    file,
    verdict: violations.length > 0 ? 'violates' : undecided.length > 0 ? 'undecided' : 'conforms',
    lines,
    ...rest,
    violations,
    undecided,
    maxStates: Math.max(1, sizes.length - 1),
    p99States: percentile(sizes, 0.99),
    seconds: (performance.now() - started) / 1000,
  }
}
