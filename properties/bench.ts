import * as fc from 'fast-check'
import { linux } from '../model/linux.ts'
import { flagSet } from '../model/params.ts'
import { FIRST_STEP, type Step } from '../model/program.ts'
import { Runner } from '../model/run.ts'
import { SIGKILL } from '../model/signals.ts'
import { ProgramArbitrary } from './arbitraries/program.ts'
import { Checks, Judge } from './hold.ts'
import type { Invariant, StepProperty } from './invariant.ts'
import { rateOf, scaled, type Rate } from './passes.ts'

export interface Throughput {
  readonly programs: number
  readonly calls: number
  readonly events: number
  readonly callsPerCpuSecond: Rate
  readonly eventsPerCpuSecond: Rate
}

/** Microseconds of CPU time that one call costs in a small and in a large kernel: about the same is what should be. */
export interface Scaling {
  readonly small: number
  readonly large: number
}

export interface Memory {
  readonly calls: number
  /** Bytes in use on the heap after collection, before and at the end. Needs `node --expose-gc`; else rough. */
  readonly heapBefore: number
  readonly heapAfter: number
}

const CHUNK = 500
/** The generator's and the engine's memory of programs have settled after so many passes. */
const WARMING_UP = 3

/** Random programs, drawn, run and judged by all that is given: chunks of 500 of them, in each pass the same. */
export async function measureThroughput(
  invariants: readonly Invariant[],
  stepProperties: readonly StepProperty[],
  passes = 10,
  chunks = 10,
): Promise<Throughput> {
  const programs = new ProgramArbitrary({ rules: linux, checks: new Checks(linux, invariants, stepProperties) })
  let tally = { programs: 0, calls: 0, events: 0 }
  const property = fc.property(programs, (program) => {
    const { run } = programs.judged(program)
    tally.programs++
    tally.events += run.events
    for (const { result } of run.results) if (result !== 'skipped') tally.calls++
  })
  const pass = (): number => {
    tally = { programs: 0, calls: 0, events: 0 }
    for (let seed = 1; seed <= chunks; seed++) fc.assert(property, { seed, numRuns: CHUNK })
    return tally.events
  }
  for (let time = 0; time < WARMING_UP; time++) pass()
  const eventsPerCpuSecond = await rateOf(passes, pass)
  return { ...tally, eventsPerCpuSecond, callsPerCpuSecond: scaled(eventsPerCpuSecond, tally.calls / tally.events) }
}

function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

/** One process makes calls beside so many others that sleep. */
export const measureProcesses = (small = 3, large = 200): Scaling => ({
  small: costOfCalls(withProcesses(small)),
  large: costOfCalls(withProcesses(large)),
})

/** One process makes calls with so many descriptors open. */
export const measureDescriptors = (small = 10, large = 2000): Scaling => ({
  small: costOfCalls(withDescriptors(small)),
  large: costOfCalls(withDescriptors(large)),
})

/** A number of calls by one kernel that lives on: what it needs must not grow. */
export function measureMemory(
  invariants: readonly Invariant[],
  stepProperties: readonly StepProperty[],
  calls = 1_000_000,
): Memory {
  const runner = new Runner(linux, new Judge(new Checks(linux, invariants, stepProperties)))
  const maker = new StepMaker(runner)
  const some = (count: number) => {
    for (let made = 0; made < count; made += 8) maker.fullCircle()
  }
  some(20_000)
  const heapBefore = heapInUse()
  some(calls)
  return { calls, heapBefore, heapAfter: heapInUse() }
}

function heapInUse(): number {
  ;(globalThis as { gc?: () => void }).gc?.()
  return process.memoryUsage().heapUsed
}

/** Makes steps for one runner, and forgets their results. */
class StepMaker {
  readonly runner: Runner
  private id = 0

  constructor(runner: Runner) {
    this.runner = runner
  }

  take(by: number, call: string, args: Step['args'] = {}): number {
    const id = ++this.id
    const { result } = this.runner.take({ id, by, call, args, choice: 0, pace: -1 })
    if (typeof result === 'string') throw new Error(`${call} is measured, and fails: ${result}`)
    this.runner.results.length = 0
    return id
  }

  /** Eight calls after which everything is as before: a pipe, a child that inherits it and is killed, its status. */
  fullCircle(): void {
    const pipe = this.take(FIRST_STEP, 'pipe2', { flags: flagSet() })
    const child = this.take(FIRST_STEP, 'fork')
    this.take(child, 'getpid')
    this.take(FIRST_STEP, 'write', { fd: { made: pipe, part: 1 }, buf: 'a', count: 1 })
    this.take(FIRST_STEP, 'kill', { pid: { made: child }, sig: SIGKILL })
    this.take(FIRST_STEP, 'wait4', { pid: -1, options: flagSet() })
    this.take(FIRST_STEP, 'close', { fd: { made: pipe } })
    this.take(FIRST_STEP, 'close', { fd: { made: pipe, part: 1 } })
    this.runner.forget(pipe)
    this.runner.forget(child)
  }
}

function withProcesses(count: number): StepMaker {
  const maker = new StepMaker(new Runner(linux))
  for (let made = 1; made < count; made++) maker.take(maker.take(FIRST_STEP, 'fork'), 'pause')
  return maker
}

function withDescriptors(count: number): StepMaker {
  const maker = new StepMaker(new Runner(linux))
  maker.take(FIRST_STEP, 'setrlimit', { resource: 'RLIMIT_NOFILE', limit: { soft: count + 16, hard: count + 16 } })
  for (let made = 0; made < count; made += 2) maker.take(FIRST_STEP, 'pipe2', { flags: flagSet() })
  return maker
}

const CALLS = 30_000

/** Microseconds a call: dup, close and getpid in turn, after warming up. */
function costOfCalls(maker: StepMaker): number {
  const pipe = maker.take(FIRST_STEP, 'pipe2', { flags: flagSet() })
  const some = () => {
    for (let made = 0; made < CALLS; made += 3) {
      const copy = maker.take(FIRST_STEP, 'dup', { oldfd: { made: pipe } })
      maker.take(FIRST_STEP, 'close', { fd: { made: copy } })
      maker.take(FIRST_STEP, 'getpid')
      maker.runner.forget(copy)
    }
  }
  some()
  const begun = process.cpuUsage()
  some()
  return (cpuSeconds(begun) * 1e6) / CALLS
}
