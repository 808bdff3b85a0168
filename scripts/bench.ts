import {
  measureDescriptors,
  measureMemory,
  measureProcesses,
  measureThroughput,
  type Scaling,
} from '../properties/bench.ts'
import { invariants, stepProperties } from '../properties/invariants/index.ts'
import { replaySpeed } from './bench-apart.ts'
import { inThousands } from './in-thousands.ts'

const row = (what: string, value: string): string => `${what.padEnd(56)}${value}`
const ratio = ({ small, large }: Scaling): string =>
  `${small.toFixed(1)} and ${large.toFixed(1)} us, ratio ${(large / small).toFixed(2)}`
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`

const random = await measureThroughput(invariants, stepProperties)
console.log(row('random programs, model steps per CPU second', inThousands(random.eventsPerCpuSecond)))
console.log(row('random programs, calls per CPU second', inThousands(random.callsPerCpuSecond)))
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
  row('replay of one process at work, lines per CPU second', inThousands(replaySpeed('work').linesPerCpuSecond)),
)
console.log(
  row('replay of short-lived children, lines per CPU second', inThousands(replaySpeed('family').linesPerCpuSecond)),
)
