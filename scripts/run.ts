import { readFileSync } from 'node:fs'
import pc from 'picocolors'
import { programOf } from '../traces/live/transcript-program.ts'
import { Executor } from '../traces/live/executor.ts'
import { repeatOn, type CountedOutcome, type RepeatResult } from '../traces/live/repeat.ts'
import { readTranscripts } from '../traces/transcript.ts'
import { describeLapsed, describeRunner, describeTarget, targetOf } from './target.ts'
import { EXIT, UsageError, wholeNumber, write, type ExitCode, type Run } from './command.ts'

const DEFAULT_TIMES = 100

export const run: Run = async (paths, options) => {
  const times = options.times === undefined ? DEFAULT_TIMES : wholeNumber('--times', options.times)
  const how = { times, racy: options.racy === true, target: targetOf(options) }
  const programs = paths.flatMap(programsIn).map(({ name, lines }) => ({ name, program: programOf(lines) }))
  const executor = await Executor.start(how)
  try {
    const results: RepeatResult[] = []
    for (const { name, program } of programs) {
      const result = await repeatOn(executor, program, how)
      results.push(result)
      if (options.json === true) await write(`${JSON.stringify({ program: name, ...result })}\n`)
      else await write(describe(name, result, options.quiet === true))
    }
    return exitOf(results)
  } finally {
    await executor.close()
  }
}

interface Named {
  readonly name: string
  readonly lines: readonly string[]
}

/** The transcripts of a file; one without any heading is one program. */
function programsIn(path: string): Named[] {
  const text = readText(path)
  if (!/^# (allowed|forbidden): /m.test(text)) {
    const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
    if (lines.length === 0) throw new UsageError(`${path}: no call in it`)
    return [{ name: path, lines }]
  }
  return readTranscripts(text, path).map(({ title, lines, at }) => ({ name: `${path}:${at}  ${title}`, lines }))
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
  const { programs, outcomes, complete, divergences, undecided, target } = result
  const seen = outcomes.filter(({ count }) => count > 0).length
  const verdict = divergences.length > 0 ? pc.red('diverges') : pc.green(agreementOf(outcomes))
  const allowed = complete ? `${outcomes.filter((outcome) => outcome.allowed === true).length} allowed` : 'many allowed'
  const head = `${verdict}  ${name}\n    ${describeRunner(result)}: ${programs} runs, ${seen} outcomes seen, ${allowed}\n`
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

const MARKS: Readonly<Record<string, string>> = {
  expected: pc.yellow('not allowed, but expected'),
  absent: pc.yellow('what it asks for is absent'),
}

/** The gentlest word that fits all that was seen: none of it diverges in ways that are not expected. */
function agreementOf(outcomes: readonly CountedOutcome[]): string {
  if (outcomes.some(({ allowed }) => allowed === 'expected')) return 'expected'
  return outcomes.some(({ allowed }) => allowed === 'absent') ? 'absent' : 'allowed'
}

/** The places of the lines that are not the same in all outcomes. */
function differences(outcomes: readonly CountedOutcome[]): number[] {
  const [first] = outcomes
  if (first === undefined) return []
  return first.outcome.flatMap((line, index) =>
    outcomes.every(({ outcome }) => outcome[index] === line) ? [] : [index],
  )
}
