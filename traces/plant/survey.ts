// Plants faults of each class at places drawn by a seed, and looks whether the check finds them.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { checkText } from '../check/check-capture.ts'
import { explain } from '../check/explain.ts'
import { historyOf, type History } from './history.ts'
import { faultClasses } from './index.ts'
import { planted, type FaultClass, type Plant } from './plant.ts'

/** What became of the faults of one class. */
export interface Tally {
  readonly name: string
  readonly does: string
  planted: number
  /** Captures in which it was planted. */
  captures: number
  /** The copy violates, anywhere. */
  detected: number
  /** The first violation is at the line that shows the fault. */
  atLine: number
  /** And the first three lines of its explanation name what Linux would have done. */
  withCause: number
  /** Violations of one copy, at the most. */
  mostViolations: number
  /** Why not, for those that were not detected at their line with their cause. */
  readonly missed: string[]
}

export interface SurveyOptions {
  readonly each: number
  readonly seed: number
  /** Names of classes; absent: all. */
  readonly only?: readonly string[]
}

/** A capture to plant in. */
export interface Source {
  readonly name: string
  readonly history: History
  /** It has no violation without a fault; undefined before that was looked at. */
  sound: boolean | undefined
}

/** The mean over the classes of which some were planted, in percent, of those found at their line with their cause. */
export function meanOf(tallies: readonly Tally[]): number {
  const planted = tallies.filter((tally) => tally.planted > 0)
  return (100 * planted.reduce((sum, tally) => sum + tally.withCause / tally.planted, 0)) / planted.length
}

/** Draw a class, then a capture in which it can be planted, then a place. `closed`: captures that say that nobody outside acted. */
export async function* survey(
  sources: readonly Source[],
  options: SurveyOptions,
  closed: readonly Source[] = sources,
): AsyncGenerator<Tally> {
  for (const fault of faultClasses) {
    if (options.only?.includes(fault.name) === false) continue
    yield await surveyClass(fault, fault.onlyClosed === true ? closed : sources, options)
  }
}

/**
 * Read a capture, plain or gzip. `open`: without the header lines that say that nobody outside acted, and which descriptors
 * were inherited.
 */
export function sourceOf(path: string, open: boolean): Source {
  const bytes = readFileSync(path)
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8')
  // The numbers of the lines stay.
  const history = historyOf(open ? text.replace(/^# (closed|inherited):.*/gm, '#') : text)
  return { name: path, history, sound: undefined }
}

async function surveyClass(
  fault: FaultClass,
  sources: readonly Source[],
  { each, seed }: SurveyOptions,
): Promise<Tally> {
  const fitting = sources.filter(({ history }) => fault.onlyClosed !== true || history.closed)
  const left = fitting
    .map((source) => ({ source, plants: [...fault.find(source.history)] }))
    .filter(({ plants }) => plants.length > 0)
  const { name, does } = fault
  const tally: Tally = {
    name,
    does,
    planted: 0,
    captures: 0,
    detected: 0,
    atLine: 0,
    withCause: 0,
    mostViolations: 0,
    missed: [],
  }
  const random = generator(seed, name)
  const used = new Set<string>()
  while (tally.planted < each && left.length > 0) {
    const at = Math.floor(random() * left.length)
    const { source, plants } = left[at]!
    const [plant] = plants.splice(Math.floor(random() * plants.length), 1)
    if (plants.length === 0) left.splice(at, 1)
    if (!(await isSound(source))) continue
    used.add(source.name)
    await judge(source, plant!, tally)
  }
  tally.captures = used.size
  return tally
}

async function isSound(source: Source): Promise<boolean> {
  source.sound ??= (await checkText(`${source.history.lines.join('\n')}\n`, source.name)).violations.length === 0
  return source.sound
}

async function judge({ name, history }: Source, plant: Plant, tally: Tally): Promise<void> {
  const { text, line } = planted(history, plant)
  const verdict = await checkText(text, name)
  const [first] = verdict.violations
  const is = `${name}:${line}  ${text.split('\n')[line - 1]}`
  tally.planted++
  if (first === undefined) {
    const why = [
      ...verdict.undecided.slice(0, 2).map((open) => `line ${open.line}: ${open.why}`),
      ...verdict.assumptions.slice(0, 3),
    ]
    tally.missed.push(`${is}\n    ${verdict.verdict}: ${why.join('; ')}`)
    return
  }
  tally.detected++
  tally.mostViolations = Math.max(tally.mostViolations, verdict.violations.length)
  const says = explain({ ...verdict, violations: [first] })
    .split('\n')
    .slice(0, 3)
    .join('\n')
  if (first.line !== line) tally.missed.push(`${is}\n    elsewhere: ${says}`)
  else {
    tally.atLine++
    if (plant.truth.test(says)) tally.withCause++
    else tally.missed.push(`${is}\n    cause: ${says}`)
  }
}

/** Numbers from 0 to 1, the same for the same seed and name. Source: mulberry32. */
function generator(seed: number, name: string): () => number {
  let state = Buffer.from(name).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), seed + 0x811c9dc5)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
