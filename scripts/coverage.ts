import { join } from 'node:path'
import pc from 'picocolors'
import { linux } from '../model/linux.ts'
import { Exercised, type Counts, type Coverage } from '../properties/exercised.ts'
import { generate } from '../properties/generated.ts'
import { countReturns } from '../traces/check/exercised.ts'
import { EXIT, wholeNumber, write, type Run } from './command.ts'
import { capturesIn } from './replay.ts'
import { root } from './root.ts'

const RUNS = 20_000
const bundled = join(root, 'traces', 'captures')

/** Outcomes, phases and arrows, each with how often generated programs and captures have shown it. */
export const coverageVerb: Run = async (paths, options) => {
  const runs = options.runs === undefined ? RUNS : wholeNumber('--runs', options.runs)
  const seed = options.seed === undefined ? 1 : wholeNumber('--seed', options.seed, -(2 ** 31))
  const generated = generate({ rules: linux, runs, seed })
  const captures = await shownBy(paths.length === 0 ? [bundled] : paths)
  const { calls, seconds, coverage } = generated
  if (options.json === true) {
    await write(
      `${JSON.stringify({ runs, seed, calls, seconds, generated: parts(coverage), captures: parts(captures) })}\n`,
    )
  } else {
    await write(`${runs} programs, ${calls} calls in ${seconds.toFixed(1)} s, seed ${seed}\n`)
    await write(PARTS.map((part) => describe(part, coverage, captures, options.quiet === true)).join(''))
  }
  return EXIT.holds
}

async function shownBy(paths: readonly string[]): Promise<Coverage> {
  const exercised = new Exercised(linux)
  const stop = exercised.watchArrows()
  try {
    const checked = { rules: exercised.counting(linux), onReturn: countReturns(exercised) }
    for (const capture of paths.flatMap(capturesIn)) await capture.check(checked)
  } finally {
    stop()
  }
  return exercised
}

type Part = keyof Coverage
const PARTS: readonly Part[] = ['outcomes', 'phases', 'arrows']
const TITLES: Record<Part, string> = {
  outcomes: 'outcomes of calls',
  phases: 'phases of exit and exec',
  arrows: 'arrows of lifecycles',
}

const parts = ({ outcomes, phases, arrows }: Coverage): Coverage => ({ outcomes, phases, arrows })

function describe(part: Part, generated: Coverage, captures: Coverage, quiet: boolean): string {
  const rows = namesIn(generated[part], captures[part]).map(([of, name]) => ({
    name: `${of}  ${name}`,
    generated: generated[part][of]?.[name] ?? 0,
    captures: captures[part][of]?.[name] ?? 0,
  }))
  const seen = rows.filter((row) => row.generated > 0).length
  const shown = rows.filter((row) => row.captures > 0).length
  const head = `\n${pc.bold(TITLES[part])}: ${rows.length}, by generated programs ${seen}, by captures ${shown}\n`
  const listed = quiet ? rows.filter((row) => row.generated === 0 && row.captures === 0) : rows
  return head + listed.map((row) => line(row)).join('')
}

const line = (row: { readonly name: string; readonly generated: number; readonly captures: number }): string =>
  `${count(row.generated)}${count(row.captures)}  ${row.name}\n`

const count = (number: number): string => {
  const text = String(number).padStart(9)
  return number === 0 ? pc.yellow(text) : text
}

function namesIn(...counts: readonly Counts[]): [string, string][] {
  const names = new Map<string, [string, string]>()
  for (const count of counts)
    for (const [of, row] of Object.entries(count))
      for (const name of Object.keys(row)) names.set(`${of} ${name}`, [of, name])
  return [...names.values()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
