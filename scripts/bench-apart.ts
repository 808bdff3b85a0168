import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { measurePeak, measureReplay, type ReplaySpeed } from '../traces/bench.ts'
import { longCrowd, longFamily, longWork } from '../traces/long-capture.ts'

/** Captures to measure with, as many rounds long as wanted: of one process at work, of short-lived children, of eight at once. */
const CAPTURES = { work: longWork, family: longFamily, crowd: longCrowd }
/** Rounds of some 250,000 lines, and of two million. */
const ROUNDS = { work: 20_000, family: 20_000, crowd: 4_000 }
const LONG = { work: 167_000, family: 154_000, crowd: 28_000 }

type Kind = keyof typeof CAPTURES

/** How fast such a capture is checked. */
export const replaySpeed = (kind: Kind, form: 'plain' | 'gzip' = 'plain'): ReplaySpeed =>
  apart(form, kind) as ReplaySpeed

/** The memory that it takes to check one of two million lines. */
export const replayPeak = (kind: Kind): { lines: number; bytes: number } =>
  apart('peak', kind) as { lines: number; bytes: number }

/** A process of its own for each, so that none inherits the heap of another, or what the engine has learned from it. */
function apart(...what: [string, Kind]): unknown {
  return JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...what], { encoding: 'utf8' }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [what, kind] = process.argv.slice(2) as ['plain' | 'gzip' | 'peak', Kind]
  const capture = CAPTURES[kind]
  const measured = what === 'peak' ? measurePeak(capture(LONG[kind])) : measureReplay(capture(ROUNDS[kind]), what)
  console.log(JSON.stringify(await measured))
}
