import {
  measureDescriptors,
  measureMemory,
  measureProcesses,
  measureThroughput,
  type Scaling,
} from '../properties/bench.ts'
import { invariants, stepProperties } from '../properties/invariants/index.ts'
import { replaySpeed } from './bench-apart.ts'

const SECONDS = 20

const row = (what: string, value: string): string => `${what.padEnd(56)}${value}`
const thousands = (number: number): string => `${Math.round(number / 1000).toLocaleString('en')},000`
const ratio = ({ small, large }: Scaling): string =>
  `${small.toFixed(1)} and ${large.toFixed(1)} us, ratio ${(large / small).toFixed(2)}`
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`

const random = measureThroughput(invariants, stepProperties, SECONDS)
console.log(row('random programs, model steps per CPU second', thousands(random.eventsPerCpuSecond)))
console.log(row('random programs, calls per CPU second', thousands(random.callsPerCpuSecond)))
console.log(row('a call among 3 and among 200 processes', ratio(measureProcesses())))
console.log(row('a call with 10 and with 2,000 open descriptors', ratio(measureDescriptors())))
const memory = measureMemory(invariants, stepProperties)
console.log(
  row(
    `heap before and after ${memory.calls.toLocaleString('en')} calls`,
    `${megabytes(memory.heapBefore)} and ${megabytes(memory.heapAfter)}`,
  ),
)
console.log(
  row('replay of one process at work, lines per CPU second', thousands(replaySpeed('work').linesPerCpuSecond)),
)
console.log(
  row('replay of short-lived children, lines per CPU second', thousands(replaySpeed('family').linesPerCpuSecond)),
)
