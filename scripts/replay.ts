import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pc from 'picocolors'
import { checkCapture } from '../traces/check/check-capture.ts'
import { explain } from '../traces/check/explain.ts'
import type { CaptureVerdict } from '../traces/check/verdict.ts'
import { EXIT, UsageError, write, type ExitCode, type Run } from './command.ts'

const COLOUR = { conforms: pc.green, violates: pc.red, undecided: pc.yellow } as const

export const replay: Run = async (paths, options) => {
  const verdicts: CaptureVerdict[] = []
  for (const path of paths.flatMap(capturesIn)) {
    const verdict = await checkCapture(path, options.closed === true ? { closed: true } : {})
    verdicts.push(verdict)
    if (options.json === true) await write(`${JSON.stringify(verdict)}\n`)
    else
      await write(options.quiet === true ? `${COLOUR[verdict.verdict](verdict.verdict)}  ${path}\n` : explain(verdict))
  }
  return exitOf(verdicts)
}

/** A file stands for itself, a directory for the captures in it. */
export function capturesIn(path: string): string[] {
  if (path === '-' || !isDirectory(path)) return [path]
  const found = readdirSync(path)
    .filter((name) => /\.strace(\.gz)?$/.test(name))
    .toSorted()
  if (found.length === 0)
    throw new UsageError(`${path}: no capture in this directory; expected files named *.strace or *.strace.gz`)
  return found.map((name) => join(path, name))
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

export function exitOf(verdicts: readonly CaptureVerdict[]): ExitCode {
  if (verdicts.some(({ verdict }) => verdict === 'violates')) return EXIT.found
  return verdicts.some(({ verdict }) => verdict === 'undecided') ? EXIT.undecided : EXIT.holds
}
