import { linux } from '../model/linux.ts'
import type { Program } from '../model/program.ts'
import { Executor, type ExecutorOptions } from '../traces/live/executor.ts'
import { judge } from '../traces/live/judge.ts'
import { livePrograms } from '../traces/live/live-programs.ts'
import type { LiveRun } from '../traces/live/live-run.ts'
import { expectShortLives } from './short-lives.ts'

/** How fast programs are run on the live kernel and judged, together. Prints a line for each way to isolate them. */

const STEPS = 12
const PROCESSES = 3
const DRAWN = 200
const SECONDS = 5
/** Seconds before that, in which the engine compiles what is often called. */
const WARM_UP = 2
const UNDER_WAY = 64

expectShortLives()
const programs = drawn()
console.log(
  `${programs.length} generated programs of ${PROCESSES} processes and ${STEPS} calls, again and again for ${SECONDS} s`,
)
await measure('namespaces reused', {})
await measure('namespaces reused, not judged', {}, false)
await measure('fresh namespaces', { fresh: true })

/** Programs of just that size, of which every call is made. */
function drawn(): Program[] {
  const found: Program[] = []
  for (const program of livePrograms({ rules: linux, seed: 1, maxSteps: STEPS })) {
    const makers = program.steps.filter(({ call }) => /^(fork|vfork|clone)/.test(call)).length
    if (program.steps.length === STEPS && makers === PROCESSES - 1) found.push(program)
    if (found.length === DRAWN) break
  }
  return found
}

async function measure(what: string, options: ExecutorOptions, judged = true): Promise<void> {
  const executor = await Executor.start(options)
  await work(executor, WARM_UP, judged)
  const begun = performance.now()
  const cpu = process.cpuUsage()
  const { count, allowed, steps } = await work(executor, SECONDS, judged)
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(cpu)
  await executor.close()
  const rate = Math.round(count / seconds)
  const own = ((user + system) / 1e3 / count).toFixed(2)
  console.log(
    `${what.padEnd(30)} ${String(rate).padStart(5)} programs/s, ${(steps / count).toFixed(1)} calls each; ${own} ms of this process each; ${allowed} of ${count} ${judged ? 'allowed' : 'run'}`,
  )
}

async function work(executor: Executor, seconds: number, judged: boolean) {
  const end = performance.now() + seconds * 1000
  const underWay: Promise<LiveRun>[] = []
  let count = 0
  let allowed = 0
  let steps = 0
  for (let next = 0; ; count++) {
    while (underWay.length < UNDER_WAY && performance.now() < end)
      underWay.push(executor.run(programs[next++ % programs.length]!))
    const run = await underWay.shift()
    if (run === undefined) return { count, allowed, steps }
    steps += run.results.filter(({ result }) => result !== 'skipped').length
    if (!judged || judge(run).verdict === 'allowed') allowed++
  }
}
