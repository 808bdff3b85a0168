import type { Command } from 'commander'
import { nearest } from '../traces/nearest.ts'

/** Exit codes, a contract with scripts that call us. */
export const EXIT = { holds: 0, found: 1, usage: 2, environment: 3, undecided: 4 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** A verb of the command line: what it is called, what it takes, and what it does. */
export interface Verb {
  readonly name: string
  readonly summary: string
  /** A command line that works as it stands, from the root of the project or of the installed package. */
  readonly example: string
  /** Declare arguments and options. */
  readonly declare: (command: Command) => void
  /** The verb's own code, loaded only when it is called. Takes what `declare` declared. */
  readonly load: () => Promise<Run>
}

export type Run = (args: readonly string[], options: Readonly<Record<string, unknown>>) => Promise<ExitCode>

/** A mistake in what was asked for: shown in one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** `unknown fault "x"; did you mean ...? known: ...`, the nearest names first. */
export function unknownName(
  kind: string,
  name: string,
  known: readonly string[],
  where = '--list shows them',
): UsageError {
  const like = nearest(name, known).map((candidate) => `"${candidate}"`)
  return new UsageError(
    `unknown ${kind} "${name}"; did you mean ${like.join(', ')}? (${known.length} are known: ${where})`,
  )
}

/** The text of an option that takes one. */
export function text(option: unknown): string {
  if (typeof option !== 'string') throw new UsageError('an option without its value')
  return option
}

/** A whole number of at least `least`, from the text of an option. */
export function wholeNumber(option: string, text: unknown, least = 1): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < least) {
    throw new UsageError(`${option} takes a whole number of at least ${least}, not "${String(text)}"`)
  }
  return number
}

/** A number of seconds above 0, from the text of an option. */
export function seconds(option: string, text: unknown): number {
  const number = Number(text)
  if (!Number.isFinite(number) || number <= 0)
    throw new UsageError(`${option} takes a number of seconds, not "${String(text)}"`)
  return number
}

/** Write to stdout and wait until it is taken, so that a full disk or a closed pipe is noticed. */
export function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}
