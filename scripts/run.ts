import { readFileSync } from 'node:fs'
import pc from 'picocolors'
import type { Program } from '../model/program.ts'
import { CannotEncode } from '../traces/live/encode.ts'
import { Executor } from '../traces/live/executor.ts'
import { notRun, repeatOn, type CountedOutcome, type RepeatOptions, type RepeatResult } from '../traces/live/repeat.ts'
import { readPrograms, type WrittenProgram } from '../traces/live/program-file.ts'
import { NoProgram, programOf } from '../traces/live/transcript-program.ts'
import { describeLapsed, describeRunner, describeTarget, describeUnmet, targetOf } from './target.ts'
import { EXIT, UsageError, wholeNumber, write, type ExitCode, type Run } from './command.ts'

const DEFAULT_TIMES = 100

export const run: Run = async (paths, options) => {
  const times = options.times === undefined ? DEFAULT_TIMES : wholeNumber('--times', options.times)
  const how = { times, racy: options.racy === true, target: targetOf(options) }
  const programs = paths.flatMap(programsIn)
  const executor = await Executor.start(how)
  try {
    const results: RepeatResult[] = []
    for (const named of programs) {
      const { name } = named
      const result = await resultOf(named, executor, how)
      results.push(result)
      if (options.json === true) await write(`${JSON.stringify({ program: name, ...result })}\n`)
      else await write(describe(name, result, options.quiet === true))
    }
    if (options.json !== true) {
      const reports = results.flatMap(({ target }) => target ?? [])
      await write(describeUnmet(reports, '') + describeNotRun(results))
    }
    return exitOf(results)
  } finally {
    await executor.close()
  }
}

/** What comes of it; nothing, with the reason, where it asks for what cannot be run. */
async function resultOf(
  { program, why, open }: Readable,
  executor: Executor,
  how: RepeatOptions,
): Promise<RepeatResult> {
  if (program === undefined) return notRun(why)
  try {
    return await repeatOn(executor, program, { ...how, open })
  } catch (error) {
    if (error instanceof CannotEncode) return notRun(error.message)
    throw error
  }
}

/** A program that can be read; or why what it asks for is not known. */
type Readable = { readonly name: string; readonly open: boolean } & (
  { readonly program: Program; readonly why?: undefined } | { readonly program?: undefined; readonly why: string }
)

/** The programs of a file. Errors: UsageError, if one of them is none. */
function programsIn(path: string): Readable[] {
  const text = readText(path)
  return within(path, () => readPrograms(text)).map((written) => readProgram(written, path))
}

function readProgram({ title, at, lines, order }: WrittenProgram, path: string): Readable {
  const name = title === undefined ? path : `${path}:${at}  ${title}`
  const open = order === 'open'
  try {
    return { name, open, program: within(name, () => programOf(lines)) }
  } catch (error) {
    if (error instanceof CannotEncode) return { name, open, why: error.message }
    throw error
  }
}

function within<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof NoProgram) throw new UsageError(`${place}: ${error.message}`)
    throw error
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function exitOf(results: readonly RepeatResult[]): ExitCode {
  if (results.some(({ divergences }) => divergences.length > 0)) return EXIT.found
  const isOpen = ({ undecided, target }: RepeatResult) =>
    Object.keys(undecided).length > 0 || Object.keys(target?.absent ?? {}).length > 0
  return results.some(isOpen) ? EXIT.undecided : EXIT.holds
}

function describe(name: string, result: RepeatResult, quiet: boolean): string {
  const { programs, outcomes, complete, orders, divergences, undecided, target } = result
  if (programs === 0) return `${pc.yellow('not run')}  ${name}\n    ${Object.keys(undecided).join('; ')}\n`
  const seen = outcomes.filter(({ count }) => count > 0).length
  const verdict = divergences.length > 0 ? pc.red('diverges') : agreementOf(outcomes)
  const allowed = complete ? `${outcomes.filter((outcome) => outcome.allowed === true).length} allowed` : 'many allowed'
  const head = `${verdict}  ${name}\n    ${describeRunner(result)}: ${programs} runs${orders > 1 ? ` in ${orders} orders` : ''}, ${seen} outcomes seen, ${allowed}\n`
  if (quiet) return head
  const open = Object.entries(undecided).map(([why, count]) => `    ${count} undecided: ${why}\n`)
  const differing = differences(outcomes)
  const table = outcomes.map(({ outcome, count, allowed: is }) => {
    const lines = differing.map((index) => outcome[index]!)
    const words = lines.length === 0 ? outcome : lines
    const mark =
      is === false ? pc.red('not allowed') : count === 0 ? pc.yellow('never seen') : (MARKS[String(is)] ?? '')
    return `    ${String(count).padStart(6)}  ${words.join('\n            ')}  ${mark}\n`
  })
  const found = divergences.map(
    ({ seen: what, allowed: instead, program, lapsed }) =>
      `    ${pc.bold(what)}\n    allowed  ${instead.join('  |  ')}\n${describeLapsed(lapsed, '    ')}${program.map((line) => `      ${line}\n`).join('')}`,
  )
  return head + open.join('') + table.join('') + describeTarget(target, '    ') + found.join('')
}

/** How many programs were not run, and why; nothing when all were. */
function describeNotRun(results: readonly RepeatResult[]): string {
  const left = results.filter(({ programs }) => programs === 0)
  if (left.length === 0) return ''
  const counts = new Map<string, number>()
  for (const why of left.flatMap(({ undecided }) => Object.keys(undecided))) counts.set(why, (counts.get(why) ?? 0) + 1)
  const lines = [...counts].map(([why, count]) => `${String(count).padStart(6)}  ${why}\n`)
  return `${left.length} of ${results.length} programs were not run:\n${lines.join('')}`
}

const MARKS: Readonly<Record<string, string>> = {
  expected: pc.yellow('not allowed, but expected'),
  absent: pc.yellow('what it asks for is absent'),
  undecided: pc.yellow('undecided'),
  unlisted: pc.dim('allowed, though not listed'),
}

/** The word for all that was seen, none of which diverges in ways that are not expected. */
function agreementOf(outcomes: readonly CountedOutcome[]): string {
  const words = ['expected', 'absent', 'undecided'] as const
  const word = words.find((candidate) => outcomes.some(({ allowed }) => allowed === candidate))
  return word === undefined ? pc.green('allowed') : pc.yellow(word)
}

/** The places of the lines that are not the same in all outcomes. */
function differences(outcomes: readonly CountedOutcome[]): number[] {
  const [first] = outcomes
  if (first === undefined) return []
  return first.outcome.flatMap((line, index) =>
    outcomes.every(({ outcome }) => outcome[index] === line) ? [] : [index],
  )
}
