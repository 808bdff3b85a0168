import { join } from 'node:path'
import pc from 'picocolors'
import { linux } from '../model/linux.ts'
import { Exercised, type Counts, type Coverage } from '../properties/exercised.ts'
import { generate } from '../properties/generated.ts'
import { countReturns } from '../traces/check/exercised.ts'
import { coverLive } from '../traces/live/live-coverage.ts'
import { LacksMeans } from '../traces/live/means.ts'
import { neverLive } from '../traces/live/never-live.ts'
import { transcriptPrograms } from '../traces/live/transcript-program.ts'
import { EXIT, text, UsageError, wholeNumber, write, type Run } from './command.ts'
import { capturesIn, verdictsOf } from './replay.ts'
import { root } from './root.ts'

const RUNS = 20_000
/** Generated programs on the live kernel. */
const LIVE_RUNS = 6000
const bundled = join(root, 'traces', 'captures')

/** Outcomes, phases, arrows and fates of signals, each with how often generated programs, captures and live runs have shown it. */
export const coverageVerb: Run = async (paths, options) => {
  const runs = options.runs === undefined ? RUNS : wholeNumber('--runs', options.runs)
  const seed = options.seed === undefined ? 1 : wholeNumber('--seed', options.seed, -(2 ** 31))
  const generated = generate({ rules: linux, runs, seed })
  const captures = await shownBy(paths.length === 0 ? [bundled] : paths)
  const live = await shownLive(seed, options.live)
  const { calls, seconds, coverage } = generated
  if (options.json === true) {
    await write(
      `${JSON.stringify({ runs, seed, calls, seconds, generated: parts(coverage), captures: parts(captures), ...(live && { live: parts(live) }) })}\n`,
    )
  } else {
    await write(`${runs} programs, ${calls} calls in ${seconds.toFixed(1)} s, seed ${seed}\n`)
    await write(PARTS.map((part) => describe(part, coverage, captures, live, options.quiet === true)).join(''))
  }
  return EXIT.holds
}

async function shownBy(paths: readonly string[]): Promise<Coverage> {
  const exercised = new Exercised(linux)
  const stop = exercised.watchArrows()
  try {
    const checked = { rules: exercised.counting(linux), onReturn: countReturns(exercised) }
    for (const capture of paths.flatMap(capturesIn)) await drain(verdictsOf(capture, checked))
  } finally {
    stop()
  }
  return exercised
}

/** The transcripts and generated programs on this kernel; undefined where that is not wanted or not possible. */
async function shownLive(seed: number, when: unknown): Promise<Coverage | undefined> {
  if (when === 'never') return undefined
  if (when !== undefined && when !== 'auto' && when !== 'always')
    throw new UsageError(`--live takes auto, always or never, not "${text(when)}"`)
  try {
    return await coverLive({ seed, runs: LIVE_RUNS, programs: transcriptPrograms(join(root, 'traces', 'transcripts')) })
  } catch (error) {
    if (error instanceof LacksMeans && when !== 'always') return undefined
    throw error
  }
}

type Part = keyof Coverage
const PARTS: readonly Part[] = ['outcomes', 'phases', 'arrows', 'signals']
const TITLES: Record<Part, string> = {
  outcomes: 'outcomes of calls',
  phases: 'phases of exit and exec',
  arrows: 'arrows of lifecycles',
  signals: 'what becomes of signals',
}

const parts = ({ outcomes, phases, arrows, signals }: Coverage): Coverage => ({ outcomes, phases, arrows, signals })

interface Row {
  readonly name: string
  readonly generated: number
  readonly captures: number
  readonly live: number | undefined
  /** Why it is never seen live. */
  readonly reason: string | undefined
}

function describe(
  part: Part,
  generated: Coverage,
  captures: Coverage,
  live: Coverage | undefined,
  quiet: boolean,
): string {
  const rows = namesIn(generated[part], captures[part], live?.[part] ?? {}).map(([of, name]): Row => ({
    name: `${of}  ${name}`,
    generated: generated[part][of]?.[name] ?? 0,
    captures: captures[part][of]?.[name] ?? 0,
    live: live && (live[part][of]?.[name] ?? 0),
    reason: neverLive(part, of, name),
  }))
  const seen = rows.filter((row) => row.generated > 0).length
  const shown = rows.filter((row) => row.captures > 0).length
  const here = live === undefined ? 'not run live' : `on this kernel ${rows.filter((row) => row.live! > 0).length}`
  const head = `\n${pc.bold(TITLES[part])}: ${rows.length}, by generated programs ${seen}, by captures ${shown}, ${here}\n`
  const listed = quiet ? rows.filter((row) => row.live === 0 || (row.generated === 0 && row.captures === 0)) : rows
  return head + listed.map((row) => line(row)).join('')
}

const line = ({ name, generated, captures, live, reason }: Row): string => {
  const why = live === 0 && reason !== undefined ? `  (${reason})` : ''
  return `${count(generated)}${count(captures)}${live === undefined ? '' : count(live)}  ${name}${why}\n`
}

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

async function drain(verdicts: AsyncGenerator): Promise<void> {
  for (let next = await verdicts.next(); next.done !== true; next = await verdicts.next());
}
