import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pc from 'picocolors'
import { checkCapture, checkFiles, type CaptureOptions } from '../traces/check/check-capture.ts'
import { explain } from '../traces/check/explain.ts'
import type { CaptureVerdict } from '../traces/check/verdict.ts'
import { CaptureError } from '../traces/strace/capture-error.ts'
import { filesByPrefix } from '../traces/strace/merge.ts'
import { readWitness, witnessOf, type Witness } from '../traces/witness/open.ts'
import { EXIT, text, UsageError, write, type ExitCode, type Run } from './command.ts'

const COLOUR = { conforms: pc.green, violates: pc.red, undecided: pc.yellow } as const

export const replay: Run = async (paths, options) => {
  const verdicts: CaptureVerdict[] = []
  for (const capture of paths.flatMap(capturesIn)) {
    const witness = await witnessFor(capture.name, options.witness, paths.length > 1)
    for await (const verdict of verdictsOf(capture, { ...(options.closed === true && { closed: true }), witness })) {
      verdicts.push(verdict)
      if (options.json === true) await write(`${JSON.stringify(verdict)}\n`)
      else
        await write(
          options.quiet === true ? `${COLOUR[verdict.verdict](verdict.verdict)}  ${verdict.file}\n` : explain(verdict),
        )
    }
  }
  return exitOf(verdicts)
}

/** The witness that is named, or stands beside the capture under its name. */
async function witnessFor(capture: string, named: unknown, isOneOfMany: boolean): Promise<Witness | undefined> {
  if (named === false) return undefined
  if (named !== undefined && isOneOfMany) throw new UsageError('--witness goes with one capture')
  const path = named === undefined ? witnessOf(capture) : text(named)
  return named === undefined && !existsSync(path) ? undefined : readWitness(path)
}

/** A capture named on the command line: a file, or the files of one `strace -ff`. */
export interface NamedCapture {
  readonly name: string
  readonly check: (options: CaptureOptions) => Promise<CaptureVerdict>
  /** Its files, each by itself. */
  readonly files?: readonly NamedCapture[]
}

/**
 * Of the whole, or, where the lines do not say in which order they were, of each file: as of a capture that does not follow
 * children. Errors: CaptureError.
 */
export async function* verdictsOf(
  { check, files = [] }: NamedCapture,
  options: CaptureOptions,
): AsyncGenerator<CaptureVerdict> {
  try {
    yield await check(options)
  } catch (error) {
    if (!(error instanceof CaptureError) || error.kind !== 'unordered') throw error
    for (const file of files) if (!isEmpty(file.name)) yield await file.check(options)
  }
}

const isEmpty = (path: string): boolean => statSync(path).size === 0

/** A file stands for itself, a directory for the captures in it, and for those that `strace -ff` has left there in pieces. */
export function capturesIn(path: string): NamedCapture[] {
  if (path === '-' || !isDirectory(path)) return [captureAt(path)]
  const names = readdirSync(path).toSorted()
  const whole = names.filter((name) => /\.strace(\.gz)?$/.test(name)).map((name) => captureAt(join(path, name)))
  const pieces = [...filesByPrefix(names.map((name) => join(path, name)))].map(([prefix, files]): NamedCapture => ({
    name: prefix,
    check: (options) => checkFiles(prefix, files, options),
    files: files.map(({ path }) => captureAt(path)),
  }))
  const found = [...whole, ...pieces]
  if (found.length === 0)
    throw new UsageError(
      `${path}: no capture in this directory; expected files named *.strace or *.strace.gz, or PREFIX.PID of strace -ff`,
    )
  return found
}

const captureAt = (path: string): NamedCapture => ({ name: path, check: (options) => checkCapture(path, options) })

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

export function exitOf(verdicts: readonly CaptureVerdict[]): ExitCode {
  if (verdicts.some(({ verdict }) => verdict === 'violates')) return EXIT.found
  return verdicts.some(({ verdict }) => verdict === 'undecided') ? EXIT.undecided : EXIT.holds
}
