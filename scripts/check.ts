import pc from 'picocolors'
import { linux } from '../model/linux.ts'
import type { Fault } from '../properties/fault.ts'
import { faults } from '../properties/faults/index.ts'
import { invariants, stepProperties } from '../properties/invariants/index.ts'
import { search, type SearchResult } from '../properties/search.ts'
import { EXIT, seconds, text, unknownName, UsageError, wholeNumber, write, type Run } from './command.ts'

export const check: Run = async (_paths, options) => {
  if (options.list === true) {
    await write(`${faults.map(({ name }) => name).join('\n')}\n`)
    return EXIT.holds
  }
  if (options.path !== undefined && options.seed === undefined)
    throw new UsageError('--path needs the --seed printed with it')
  const fault = options.fault === undefined ? undefined : faultNamed(text(options.fault))
  const result = search({
    rules: linux,
    invariants,
    stepProperties,
    ...(options.runs !== undefined && { runs: wholeNumber('--runs', options.runs) }),
    ...(options.time !== undefined && { time: seconds('--time', options.time) }),
    ...(options.runs === undefined && options.time === undefined && { time: 10 }),
    ...(options.seed !== undefined && { seed: wholeNumber('--seed', options.seed, -(2 ** 31)) }),
    ...(options.path !== undefined && { path: text(options.path) }),
    ...(fault && { fault }),
  })
  if (options.json === true) await write(`${JSON.stringify(forScripts(result))}\n`)
  else await write(describe(result, options.quiet === true))
  return result.verdict === 'holds' ? EXIT.holds : EXIT.found
}

export function faultNamed(name: string): Fault {
  const fault = faults.find((candidate) => candidate.name === name)
  if (fault === undefined)
    throw unknownName(
      'fault',
      name,
      faults.map((candidate) => candidate.name),
    )
  return fault
}

/** The result without the program's inner form, which is no contract. */
function forScripts(result: SearchResult): object {
  return { ...result, counterexample: undefined }
}

function describe(result: SearchResult, quiet: boolean): string {
  const { verdict, runs, calls, seconds: time, seed, violation } = result
  const head = `${verdict === 'holds' ? pc.green('holds') : pc.red('violated')}  ${runs} programs, ${calls} calls in ${time.toFixed(1)} s, seed ${seed}\n`
  if (quiet) return head
  return violation === null ? head + describeCoverage(result) : head + describeViolation(violation)
}

function describeViolation({
  invariant,
  source,
  detail,
  program,
  steps,
  shrinks,
  replay,
}: NonNullable<SearchResult['violation']>): string {
  return [
    '',
    `  ${pc.bold(invariant)}`,
    `  is broken: ${detail}`,
    `  source     ${source}`,
    `  smallest program, ${steps} calls after ${shrinks} shrinking steps:`,
    '',
    ...program.map((line) => `    ${line}`),
    '',
    `  again: ${replay}`,
    '',
  ].join('\n')
}

function describeCoverage({ distribution, shadows }: SearchResult): string {
  const unseen = Object.entries(shadows).filter(([, seen]) => seen === 0)
  const never = Object.entries(distribution).filter(([, share]) => share === 0)
  const lines = [`  ${Object.keys(shadows).length} invariants, each put to the test by what was seen:`]
  for (const [name, seen] of Object.entries(shadows))
    lines.push(`    ${String(seen >= 1000 ? '1000+' : seen).padStart(6)}  ${name}`)
  if (unseen.length > 0) lines.push(`  never seen in so few programs: ${unseen.length}`)
  if (never.length > 0) lines.push(`  calls never made: ${never.map(([name]) => name).join(', ')}`)
  return `${lines.join('\n')}\n`
}
