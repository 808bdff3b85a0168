import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LacksMeans } from './means.ts'

const EXECUTOR_FLAGS = ['-O2', '-static', '-pthread', '-fno-stack-protector', '-Wall', '-Wextra']

/** A C file of this room: beside this file, or where the package has it when this file is among the compiled ones. */
export function sourceOf(name: string): string {
  const places = [name, `../../../traces/live/${name}`].map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return places.find(existsSync) ?? places[0]!
}

/** The path of the executor. Errors: LacksMeans, without a C compiler, a static C library, or Linux on x86-64. */
export function builtExecutor(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new LacksMeans(`live runs need Linux on x86-64, and this is ${process.platform} on ${process.arch}`)
  }
  return built(sourceOf('executor.c'), EXECUTOR_FLAGS)
}

/**
 * The path of what a C file gives, compiled by `cc` at first use into $XDG_CACHE_HOME/lastrites, or else into the directory
 * for temporary files; its name bears the hash of the flags, the file and the headers beside it.
 *
 * Errors: LacksMeans, without a C compiler or the libraries that the flags ask for.
 */
export function built(source: string, flags: readonly string[], libraries: readonly string[] = []): string {
  const folder = process.env.XDG_CACHE_HOME ? join(process.env.XDG_CACHE_HOME, 'lastrites') : privateFolder()
  const path = join(folder, `${basename(source, '.c')}-${hashOf(source, flags)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  refuseOthers(folder)
  if (existsSync(path)) return path
  const unfinished = `${path}.${process.pid}`
  try {
    execFileSync('cc', [...flags, '-o', unfinished, source, ...libraries], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    })
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw new LacksMeans(whyNotBuilt(basename(source), error))
  }
  renameSync(unfinished, path)
  return path
}

function hashOf(source: string, flags: readonly string[]): string {
  const hash = createHash('sha256').update(flags.join(' ')).update(readFileSync(source))
  const headers = readdirSync(dirname(source)).filter((file) => file.endsWith('.h'))
  for (const header of headers.toSorted()) hash.update(readFileSync(join(dirname(source), header)))
  return hash.digest('hex').slice(0, 16)
}

const privateFolder = (): string => join(tmpdir(), `lastrites-${process.getuid?.() ?? 0}`)

/** Nobody else may put a file there that we would run. */
function refuseOthers(folder: string): void {
  const { uid, mode } = lstatSync(folder)
  if (uid !== (process.getuid?.() ?? uid) || (mode & 0o022) !== 0)
    throw new LacksMeans(`others may write to ${folder}, where compiled programs are kept; set XDG_CACHE_HOME`)
}

function whyNotBuilt(name: string, error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return 'live runs need a C compiler: no "cc" is found. Install gcc or clang with a static C library (Debian: gcc libc6-dev)'
  }
  const lines = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n') : [String(error)]
  return `${name} does not compile (a static C library is needed; Debian: libc6-dev): ${lines.at(-1) ?? ''}`
}
