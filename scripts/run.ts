import { readFileSync } from 'node:fs'
import pc from 'picocolors'
import { programOf } from '../traces/live/transcript-program.ts'
import { repeat, type CountedOutcome, type RepeatResult } from '../traces/live/repeat.ts'
import { readTranscripts } from '../traces/transcript.ts'
import { EXIT, UsageError, wholeNumber, write, type ExitCode, type Run } from './command.ts'

const DEFAULT_TIMES = 100

export const run: Run = async (paths, options) => {
  const times = options.times === undefined ? DEFAULT_TIMES : wholeNumber('--times', options.times)
  const results: RepeatResult[] = []
  for (const { name, lines } of paths.flatMap(programsIn)) {
    const result = await repeat(programOf(lines), { times, racy: options.racy === true })
    results.push(result)
    if (options.json === true) await write(`${JSON.stringify({ program: name, ...result })}\n`)
    else await write(describe(name, result, options.quiet === true))
  }
  return exitOf(results)
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
  return results.some(({ undecided }) => Object.keys(undecided).length > 0) ? EXIT.undecided : EXIT.holds
}

function describe(name: string, result: RepeatResult, quiet: boolean): string {
  const { programs, outcomes, complete, divergences, undecided, kernel } = result
  const seen = outcomes.filter(({ count }) => count > 0).length
  const verdict = divergences.length > 0 ? pc.red('diverges') : pc.green('allowed')
  const allowed = complete ? `${outcomes.filter((outcome) => outcome.allowed === true).length} allowed` : 'many allowed'
  const head = `${verdict}  ${name}\n    Linux ${kernel}: ${programs} runs, ${seen} outcomes seen, ${allowed}\n`
  if (quiet) return head
  const open = Object.entries(undecided).map(([why, count]) => `    ${count} undecided: ${why}\n`)
  const differing = differences(outcomes)
  const table = outcomes.map(({ outcome, count, allowed: is }) => {
    const lines = differing.map((index) => outcome[index]!)
    const words = lines.length === 0 ? outcome : lines
    const mark = is === false ? pc.red('not allowed') : count === 0 ? pc.yellow('never seen') : ''
    return `    ${String(count).padStart(6)}  ${words.join('\n            ')}  ${mark}\n`
  })
  const found = divergences.map(
    ({ seen: what, allowed: instead, program }) =>
      `    ${pc.bold(what)}\n    allowed  ${instead.join('  |  ')}\n${program.map((line) => `      ${line}\n`).join('')}`,
  )
  return head + open.join('') + table.join('') + found.join('')
}

/** The places of the lines that are not the same in all outcomes. */
function differences(outcomes: readonly CountedOutcome[]): number[] {
  const [first] = outcomes
  if (first === undefined) return []
  return first.outcome.flatMap((line, index) =>
    outcomes.every(({ outcome }) => outcome[index] === line) ? [] : [index],
  )
}
