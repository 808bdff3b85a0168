import { basename, join } from 'node:path'
import pc from 'picocolors'
import { linux } from '../model/linux.ts'
import { invariants, stepProperties } from '../properties/invariants/index.ts'
import { search, type SearchResult } from '../properties/search.ts'
import type { CaptureVerdict } from '../traces/check/verdict.ts'
import { fuzz, type FuzzResult } from '../traces/live/fuzz.ts'
import { LacksMeans } from '../traces/live/means.ts'
import { faultNamed } from './check.ts'
import { EXIT, write, type Run } from './command.ts'
import { capturesIn, exitOf } from './replay.ts'
import { root } from './root.ts'

/** Seconds for random programs on the model. */
const CHECK_SECONDS = 8
/** Random programs to look for each of the mistakes below; a number, so that a slow machine notices them as well. */
const FAULT_RUNS = 5000
/** Random programs on the kernel that is there, and the seconds after which no new one is begun. */
const LIVE = { runs: 400, time: 4 }
const SEED = 3

/** Some of the deliberate mistakes, one of each kind that a reader may know. */
const SHOWN = [
  'exit_sem is skipped',
  'an exiting process leaves its POSIX locks behind',
  'munlock undoes one mlock of several',
  'shared anonymous memory goes with the process that made it, although others map it',
  'exec resets SIG_IGN to SIG_DFL',
]

const bundled = join(root, 'traces', 'captures')

/** The main job, shortly: is the model sound, do its checks have teeth, does it agree with what a real kernel did? */
export const tour: Run = async (_paths, options) => {
  const checked = search({ rules: linux, invariants, stepProperties, time: CHECK_SECONDS, seed: SEED })
  const broken = SHOWN.map(faultNamed).map((fault) => ({
    fault,
    result: search({ rules: linux, invariants, stepProperties, runs: FAULT_RUNS, seed: SEED, fault }),
  }))
  const verdicts: CaptureVerdict[] = []
  for (const capture of capturesIn(bundled)) verdicts.push(await capture.check({}))
  const live = await liveSample()
  const found = broken.filter(({ result }) => result.violation !== null)
  if (options.json === true) {
    await write(
      `${JSON.stringify({ check: { verdict: checked.verdict, runs: checked.runs, calls: checked.calls }, faults: found.length, captures: verdicts, live })}\n`,
    )
  } else {
    await write(describe(checked, broken, verdicts, live))
  }
  const isWell = checked.verdict === 'holds' && found.length === broken.length && !hasDiverged(live)
  return isWell ? exitOf(verdicts) : EXIT.found
}

/** Some random programs on the live kernel, or why this machine cannot run them. */
async function liveSample(): Promise<FuzzResult | string> {
  try {
    return await fuzz({ seed: SEED, ...LIVE })
  } catch (error) {
    if (error instanceof LacksMeans) return error.message
    throw error
  }
}

const hasDiverged = (live: FuzzResult | string): boolean => typeof live !== 'string' && live.divergences.length > 0

function describe(
  checked: SearchResult,
  broken: readonly { readonly fault: { readonly name: string }; readonly result: SearchResult }[],
  verdicts: readonly CaptureVerdict[],
  live: FuzzResult | string,
): string {
  const conform = verdicts.filter(({ verdict }) => verdict === 'conforms')
  const lines = sum(verdicts.map((verdict) => verdict.lines))
  const found = broken.filter(({ result }) => result.violation !== null)
  const rows: [string, boolean, string][] = [
    [
      `${Object.keys(checked.shadows).length} invariants on ${checked.runs} random programs`,
      checked.verdict === 'holds',
      checked.violation === null
        ? `${checked.calls} calls, every one judged`
        : `broken: ${checked.violation.invariant}`,
    ],
    [`${broken.length} deliberate mistakes in the model`, found.length === broken.length, `${found.length} noticed`],
    [
      `${verdicts.length} captures of a real kernel`,
      conform.length === verdicts.length,
      `${conform.length} conform, ${lines} lines`,
    ],
    describeLive(live),
  ]
  const text = [pc.bold('What was checked'.padEnd(52)) + pc.bold('result')]
  for (const [what, good, result] of rows)
    text.push(`  ${what.padEnd(50)}${good ? pc.green('ok') : pc.red('NO')}  ${result}`)
  text.push('', pc.bold('The mistakes, and the smallest program that shows each'))
  for (const { fault, result } of broken) text.push(...describeFault(fault.name, result))
  for (const { file, verdict } of verdicts) if (verdict !== 'conforms') text.push(`  ${basename(file)}: ${verdict}`)
  text.push('', `Next: npx lastrites check, npx lastrites faults, npx lastrites replay YOUR.strace; --help says more.`)
  return `${text.join('\n')}\n`
}

function describeLive(live: FuzzResult | string): [string, boolean, string] {
  if (typeof live === 'string') return ['no programs on this kernel', true, `not run: ${live.split('\n')[0]}`]
  const { programs, divergences, agreed, steps } = live
  const left = programs === agreed ? '' : `, ${programs - agreed} not judged to the end`
  return [
    `${programs} random programs on this kernel as well`,
    divergences.length === 0,
    divergences.length === 0
      ? `${agreed} agree with the model${left}, ${steps} calls`
      : `diverges; npx lastrites fuzz --seed ${SEED} --runs ${LIVE.runs} shows where`,
  ]
}

function describeFault(name: string, { violation }: SearchResult): string[] {
  if (violation === null) return [`  ${pc.red('not noticed')}  ${name}`]
  return [
    `  ${pc.bold(name)}`,
    `    breaks "${violation.invariant}"`,
    ...violation.program.map((line) => `      ${pc.dim(line)}`),
  ]
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
