import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import pc from 'picocolors'
import type { Lapsed, TargetReport } from '../traces/live/expectations.ts'
import { describeAbsence, type Target } from '../traces/live/target.ts'
import { readCommand, readTargetFile, type TargetFile } from '../traces/live/target-file.ts'
import { text, unknownName, UsageError } from './command.ts'
import { root } from './root.ts'

const FOLDER = join(root, 'traces/targets')

/** What is to run programs, by the options; undefined for this kernel. Errors: UsageError. */
export function targetOf(options: Readonly<Record<string, unknown>>): Target | undefined {
  const given = (['target', 'wrap', 'inside'] as const).filter((option) => options[option] !== undefined)
  if (given.length > 1) throw new UsageError(`--${given[0]!} and --${given[1]!} exclude each other`)
  const [how] = given
  if (options.expected !== undefined && (how === undefined || how === 'target'))
    throw new UsageError('--expected takes a --wrap or --inside to say of what it is expected')
  if (how === undefined) return undefined
  if (how === 'target') return targetNamed(text(options.target))
  const command = readCommand(text(options[how]), how, `--${how}`)
  const expected = options.expected === undefined ? undefined : fileAt(text(options.expected))
  const { absent, differences } = expected ?? { absent: [], differences: [] }
  return { name: basename(command[0]!), kind: how, command, absent, differences }
}

/** The targets that come with the project. */
export const targets = (): Target[] => targetNames().map(targetNamed)

const targetNames = (): string[] =>
  readdirSync(FOLDER)
    .flatMap((file) => (file.endsWith('.json') ? [basename(file, '.json')] : []))
    .toSorted()

function targetNamed(name: string): Target {
  const isFile = name.includes('/') || name.endsWith('.json')
  if (!isFile && !existsSync(join(FOLDER, `${name}.json`)))
    throw unknownName('target', name, targetNames(), 'doctor lists them')
  const path = isFile ? name : join(FOLDER, `${name}.json`)
  const file = fileAt(path)
  const { kind, command } = file
  if (kind === undefined || command === undefined)
    throw new UsageError(`${path}: a target has a kind and a command; without them it can be given to --expected`)
  return { ...file, kind, command, name: basename(path, '.json') }
}

function fileAt(path: string): TargetFile {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
  return readTargetFile(content, path)
}

/** `Linux 6.1`, or `qemu-user on Linux 6.1`. */
export const describeRunner = ({ kernel, target }: { kernel: string; target?: TargetReport }): string =>
  target === undefined ? `Linux ${kernel}` : `${target.name} on Linux ${kernel}`

/** What was absent, and what was expected. */
export function describeTarget(target: TargetReport | undefined, indent: string): string {
  if (target === undefined) return ''
  const count = (times: number) => `${indent}${String(times).padStart(6)}  `
  const absent = Object.entries(target.absent).map(([what, times]) => `${count(times)}absent: ${what}\n`)
  const met = target.differences
    .filter(({ times, expired }) => times > 0 && !expired)
    .map(({ what, reason, expires, times }) => `${count(times)}expected until ${expires}: ${what}: ${reason}\n`)
  return [...absent, ...met].join('')
}

/** What was expected of a target and never met, by any of its reports. */
export function describeUnmet(reports: readonly (TargetReport | undefined)[], indent: string): string {
  const unmet = (reports[0]?.differences ?? []).filter((_, index) =>
    reports.every((report) => report?.differences[index]?.times === 0),
  )
  if (unmet.length === 0) return ''
  return `${indent}expected and not met: ${unmet.map(({ what }) => `"${what}"`).join(', ')}\n`
}

/** The line that says so of a divergence that was expected for a time. */
export const describeLapsed = (lapsed: Lapsed | undefined, indent: string): string =>
  lapsed === undefined
    ? ''
    : `${indent}${pc.yellow('expired')}  it was expected until ${lapsed.expires}: ${lapsed.reason}\n`

/** `absent: clone3, /proc status; 3 expected differences`. */
export function describeLimits({ absent, differences }: Target): string {
  const lacks = absent.length === 0 ? '' : `without ${absent.map(describeAbsence).join(', ')}; `
  return `${lacks}${differences.length} expected differences`
}
