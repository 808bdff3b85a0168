import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { measureCaptures, measureCompressed, measurePeak, measureReplay, type ReplaySpeed } from '../traces/bench.ts'
import { longCrowd, longFamily, longWork } from '../traces/long-capture.ts'
import { capturesIn } from './replay.ts'
import { root } from './root.ts'

/** Two million lines of one process at work, and of short-lived children. */
const LONG = { work: () => longWork(167_000), family: () => longFamily(154_000) }
const TIMES = 10

const row = (what: string, value: string): void => console.log(`${what.padEnd(56)}${value}`)
const count = (number: number): string => number.toLocaleString('en')
const speed = ({ lines, linesPerCpuSecond }: ReplaySpeed): string =>
  `${count(Math.round(linesPerCpuSecond / 1000) * 1000).padStart(8)}  (${count(lines)} lines)`

/** A process of its own for each, so that none inherits the heap of another. */
function peak(kind: string): string {
  const text = execFileSync(process.execPath, [fileURLToPath(import.meta.url), kind], { encoding: 'utf8' })
  const { lines, bytes } = JSON.parse(text) as { lines: number; bytes: number }
  return `${count(Math.round(bytes / 2 ** 20)).padStart(8)} MB  (${count(lines)} lines)`
}

const kind = process.argv[2]
if (kind === 'work' || kind === 'family') {
  console.log(JSON.stringify(await measurePeak(LONG[kind]())))
} else {
  const captures = capturesIn(join(root, 'traces/captures'))
  const checkAll = () => Promise.all(captures.map((capture) => capture.check({})))
  console.log('lines per CPU second')
  row('  one process at work', speed(measureReplay(longWork(20_000))))
  row('  the same, compressed', speed(await measureCompressed(longWork(20_000))))
  row('  short-lived children', speed(measureReplay(longFamily(20_000))))
  row('  eight processes at once', speed(measureReplay(longCrowd(4_000))))
  row(`  the bundled captures, ${TIMES} times`, speed(await measureCaptures(checkAll, TIMES)))
  console.log('peak of memory, compressed and read as it goes')
  row('  one process at work', peak('work'))
  row('  short-lived children', peak('family'))
  const verdicts = await checkAll()
  console.log('states followed at once, in the bundled captures')
  row('  p99 of the one with the most', String(Math.max(...verdicts.map(({ p99States }) => p99States))).padStart(8))
  row('  most', String(Math.max(...verdicts.map(({ maxStates }) => maxStates))).padStart(8))
}
