import type { Divergence } from './divergence.ts'
import { linePattern, withoutProcess } from './line-pattern.ts'
import { Absences, type ExpectedDifference, type Target } from './target.ts'

/** An expected difference, and how often it was met. */
export interface MetDifference extends Pick<ExpectedDifference, 'what' | 'reason' | 'expires'> {
  readonly times: number
  /** It was expected until a day that is over, and so counts as a divergence. */
  readonly expired: boolean
}

/** What is said of a target beside verdicts. */
export interface TargetReport {
  readonly name: string
  readonly kind: Target['kind']
  readonly command: string
  /** What it said it does not have, and in how many programs; these were judged up to there. */
  readonly absent: Readonly<Record<string, number>>
  /** The differences that were expected, met or not. */
  readonly differences: readonly MetDifference[]
}

/** Why a divergence was expected, and until when. */
export type Lapsed = Pick<ExpectedDifference, 'reason' | 'expires'>

/** What is asked about: of what is no run of a program, only the signature is known. */
export type Asked = Pick<Divergence, 'signature'> & Partial<Pick<Divergence, 'program' | 'allowed'>>

/** Counts what a target lacks and what it does otherwise, as expected. Of this kernel nothing is. */
export class Expectations {
  readonly absences: Absences
  private readonly target: Target | undefined
  private readonly today: string
  private readonly patterns: readonly Pattern[]
  private readonly times: number[]
  private readonly absent: Record<string, number> = {}

  /** `today` is YYYY-MM-DD. */
  constructor(target: Target | undefined, today: string) {
    this.absences = new Absences(target)
    this.target = target
    this.today = today
    this.patterns = (target?.differences ?? []).map(patternOf)
    this.times = this.patterns.map(() => 0)
  }

  noteAbsent(what: string): void {
    this.absent[what] = (this.absent[what] ?? 0) + 1
  }

  /** Whether a divergence is expected, or was until a day that is over; counts it. */
  met(asked: Asked): 'expected' | 'unexpected' | Lapsed {
    const index = this.patterns.findIndex((matches) => matches(asked))
    const difference = this.target?.differences[index]
    if (difference === undefined) return 'unexpected'
    this.times[index]!++
    const { reason, expires } = difference
    return this.hasExpired(difference) ? { reason, expires } : 'expected'
  }

  /** Undefined when programs ran on this kernel. */
  report(): TargetReport | undefined {
    if (this.target === undefined) return undefined
    const { name, kind, command, differences } = this.target
    return {
      name,
      kind,
      command: command.join(' '),
      absent: this.absent,
      differences: differences.map((difference, index) => ({
        what: difference.what,
        reason: difference.reason,
        expires: difference.expires,
        times: this.times[index]!,
        expired: this.hasExpired(difference),
      })),
    }
  }

  private hasExpired({ expires }: ExpectedDifference): boolean {
    return expires < this.today
  }
}

type Pattern = (asked: Asked) => boolean

function patternOf({ what, call, allowed, after }: ExpectedDifference): Pattern {
  const all = [what, call, allowed, after].map((text) => (text === undefined ? undefined : linePattern(text)))
  const fits = (pattern: RegExp | undefined, ...texts: readonly string[]) =>
    pattern === undefined || texts.some((text) => pattern.test(text))
  return (asked) => {
    const lines = (asked.program ?? []).map(withoutProcess)
    return (
      fits(all[0], asked.signature) &&
      fits(all[1], lines.at(-1) ?? '') &&
      fits(all[2], ...(asked.allowed ?? [])) &&
      fits(all[3], ...lines)
    )
  }
}

/** The day that it is here, as YYYY-MM-DD, in UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10)
