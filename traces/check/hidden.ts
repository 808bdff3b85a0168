import type { StitchEvent } from '../strace/interval.ts'

/** Calls of no class of strace's, which every program makes as it starts; they are there unless calls were selected. */
const UNSELECTED = /^(arch_prctl|set_tid_address|set_robust_list|rseq|prlimit64|getrandom|uname)$/

/** Openings without a close, from which on it is taken that closing is not shown. */
const MANY = 4

export const SELECTED = 'the capture shows only some calls'

/**
 * What the beginning of a capture shows that it does not show: undefined for one that shows everything that was done.
 * - it begins in the middle: strace was attached to what ran already;
 * - calls were selected (-e trace=, -Z);
 * - children were not followed (no -f).
 */
export function hiddenBy(prelude: readonly StitchEvent[]): string | undefined {
  const calls = prelude.flatMap((event) => (event.kind === 'enter' ? [event.call] : []))
  const [first] = calls
  if (first === undefined) return prelude.length === 0 ? undefined : SELECTED
  if (first.name !== 'execve') return 'the capture begins in the middle of what it shows'
  if (!calls.some(({ result }) => result?.kind === 'value')) return 'the capture shows only calls that failed'
  const isSelection = !calls.some(({ name }) => UNSELECTED.test(name))
  const opens = calls.filter(({ name, result }) => /^open(at)?$/.test(name) && result?.kind === 'value').length
  const closes = calls.some(({ name }) => name.startsWith('close'))
  if (isSelection || (opens >= MANY && !closes)) return SELECTED
  return undefined
}
