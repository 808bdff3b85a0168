import type { Patch, Rules } from './rules.ts'

/** A kernel on which a history happened, as far as it changes the rules. */
export interface Host {
  /** Settings of sysctl(8) by their names, such as `kernel.shm_rmid_forced`; an absent one has its default. */
  readonly sysctl: Readonly<Record<string, string>>
  /** The release, as uname(2) gives it: `6.12.3-generic`. */
  readonly kernel: string
  /** Its processes were watched by ptrace(2). */
  readonly traced: boolean
}

/** A way in which some kernels differ from the rules. */
export interface Quirk {
  /** A sentence: what such a kernel does. */
  readonly name: string
  /** Man page, sysctl documentation or commit. */
  readonly source: string
  readonly applies: (host: Host) => boolean
  readonly apply: Patch
}

/** The rules as they are on a host: with every quirk that applies there. */
export const rulesOn = (rules: Rules, quirks: readonly Quirk[], host: Host): Rules =>
  quirks.filter((quirk) => quirk.applies(host)).reduce((patched, quirk) => quirk.apply(patched), rules)
