import type { Patch } from '../model/rules.ts'

/** A deliberate mistake in the rules, which the checks must notice. */
export interface Fault {
  /** A sentence: what this kernel does wrong. */
  readonly name: string
  /** The rule that it breaks, or the bug that it is modelled on: man page, kernel function, commit. */
  readonly source: string
  /**
   * The names of invariants and step properties that may notice it. Empty: none speaks of it, so that only comparison
   * with the unpatched model does: it shows an outcome that Linux does not allow.
   */
  readonly breaks: readonly string[]
  readonly apply: Patch
}
