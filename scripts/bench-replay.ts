import { join } from 'node:path'
import { measureCaptures, type ReplaySpeed } from '../traces/bench.ts'
import { replayPeak, replaySpeed } from './bench-apart.ts'
import { capturesIn } from './replay.ts'
import { inThousands } from './in-thousands.ts'
import { root } from './root.ts'

const PASSES = 10

const row = (what: string, value: string): void => console.log(`${what.padEnd(56)}${value}`)
const count = (number: number): string => number.toLocaleString('en')
const speed = ({ lines, linesPerCpuSecond }: ReplaySpeed): string =>
  `${inThousands(linesPerCpuSecond)}  of ${count(lines)} lines`
const peak = ({ lines, bytes }: { lines: number; bytes: number }): string =>
  `${count(Math.round(bytes / 2 ** 20)).padStart(8)} MB  (${count(lines)} lines)`

const captures = capturesIn(join(root, 'traces/captures'))
const checkAll = () => Promise.all(captures.map((capture) => capture.check({})))
console.log('lines per CPU second, in the fastest of some passes')
row('  one process at work', speed(replaySpeed('work')))
row('  the same, compressed', speed(replaySpeed('work', 'gzip')))
row('  short-lived children', speed(replaySpeed('family')))
row('  eight processes at once', speed(replaySpeed('crowd')))
row('  the bundled captures', speed(await measureCaptures(checkAll, PASSES)))
console.log('peak of memory, compressed and read as it goes')
row('  one process at work', peak(replayPeak('work')))
row('  short-lived children', peak(replayPeak('family')))
const verdicts = await checkAll()
console.log('states followed at once, in the bundled captures')
row('  p99 of the one with the most', String(Math.max(...verdicts.map(({ p99States }) => p99States))).padStart(8))
row('  most', String(Math.max(...verdicts.map(({ maxStates }) => maxStates))).padStart(8))
