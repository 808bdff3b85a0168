import type { CaptureVerdict, Violation } from './verdict.ts'

/** Undecided lines and assumptions shown in full, at the most. */
const SHOWN = 5

/**
 * The verdict as text. A violation says in its first three lines where it is, what was seen and what was allowed; then
 * which earlier line made it so, and by which rule.
 */
export function explain(verdict: CaptureVerdict): string {
  const { file, lines, events, modelled, passedThrough, violations, undecided, assumptions } = verdict
  const text = violations.map((violation) => explainViolation(file, violation))
  text.push(
    `${file}  ${verdict.verdict}: ${lines} lines, ${events} events, ${modelled} judged, ${passedThrough} without effect on the model`,
    ...(verdict.witness === undefined ? [] : [witnessLine(verdict.witness)]),
    ...some(undecided, ({ line, why }) => `  undecided  line ${line}: ${why}`),
    ...some(assumptions, (what) => `  assumed    ${what}`),
  )
  return `${text.join('\n')}\n`
}

const witnessLine = ({ file, events, matched }: NonNullable<CaptureVerdict['witness']>): string =>
  `  witness    ${file}: ${events} events, ${matched} steps borne out`

function explainViolation(file: string, violation: Violation): string {
  const { line, process, seen, allowed, because, rule, source } = violation
  return [
    `${file}:${line}  violates`,
    `  seen     ${process} ${seen}`,
    `  allowed  ${allowed.join('  |  ')}`,
    `  because  ${because}`,
    `  rule     ${rule}, ${source}`,
    '',
  ].join('\n')
}

function some<T>(items: readonly T[], show: (item: T) => string): string[] {
  const text = items.slice(0, SHOWN).map(show)
  if (items.length > SHOWN) text.push(`  ... and ${items.length - SHOWN} more`)
  return text
}
