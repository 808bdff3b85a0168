/** What a check of one capture found. */
export interface CaptureVerdict {
  readonly file: string
  readonly verdict: 'conforms' | 'violates' | 'undecided'
  readonly lines: number
  /** Calls, signals and ends seen. */
  readonly events: number
  /** Events that a rule judged, and those known not to touch modelled state. */
  readonly modelled: number
  readonly passedThrough: number
  /** Calls that the model does not know, by name, with their number. */
  readonly unmodelled: Readonly<Record<string, number>>
  /** States followed at once: the most, and how many at the most after 99% of all that was judged. */
  readonly maxStates: number
  readonly p99States: number
  readonly seconds: number
  readonly violations: readonly Violation[]
  readonly undecided: readonly UndecidedLine[]
  /** What was taken as done by the world outside the capture. */
  readonly assumptions: readonly string[]
  /** Tracepoints recorded beside it: events, and steps of the capture and of the model that they bear out. */
  readonly witness?: { readonly file: string; readonly events: number; readonly matched: number }
}

export interface Violation {
  readonly line: number
  readonly process: string
  /** What the capture shows, in its own words. */
  readonly seen: string
  /** What the model allows there instead. */
  readonly allowed: readonly string[]
  /** The earlier line that made it so. */
  readonly because: string
  /** The file of the rule, and its source. */
  readonly rule: string
  readonly source: string
}

export interface UndecidedLine {
  readonly line: number
  readonly why: string
}
