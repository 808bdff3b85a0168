import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LacksMeans } from './means.ts'

/** Beside this file, or where the package has it when this file is among the compiled ones. */
const PLACES = ['executor.c', '../../../traces/live/executor.c']
const SOURCE = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync) ?? PLACES[0]!
const FLAGS = ['-O2', '-static', '-fno-stack-protector', '-Wall', '-Wextra']

/**
 * The path of the executor, compiled by `cc` at first use into $XDG_CACHE_HOME/lastrites, or else into the directory for
 * temporary files; its name bears the hash of the source.
 *
 * Errors: LacksMeans, without a C compiler, a static C library, or Linux on x86-64.
 */
export function builtExecutor(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new LacksMeans(`live runs need Linux on x86-64, and this is ${process.platform} on ${process.arch}`)
  }
  const source = readFileSync(SOURCE)
  const hash = createHash('sha256').update(FLAGS.join(' ')).update(source).digest('hex').slice(0, 16)
  const folder = process.env.XDG_CACHE_HOME ? join(process.env.XDG_CACHE_HOME, 'lastrites') : privateFolder()
  const path = join(folder, `executor-${hash}`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unfinished = `${path}.${process.pid}`
  try {
    execFileSync('cc', [...FLAGS, '-o', unfinished, SOURCE], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw new LacksMeans(whyNotBuilt(error))
  }
  renameSync(unfinished, path)
  return path
}

/** Nobody else may put a file there that we would run. */
const privateFolder = (): string => join(tmpdir(), `lastrites-${process.getuid?.() ?? 0}`)

function whyNotBuilt(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return 'live runs need a C compiler: no "cc" is found. Install gcc or clang with a static C library (Debian: gcc libc6-dev)'
  }
  const lines = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n') : [String(error)]
  return `the executor does not compile (a static C library is needed; Debian: libc6-dev): ${lines.at(-1) ?? ''}`
}
