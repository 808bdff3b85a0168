import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pc from 'picocolors'
import { linux } from '../model/linux.ts'
import { fuzz, type FoundDivergence, type FuzzResult } from '../traces/live/fuzz.ts'
import { describeLapsed, describeRunner, describeTarget, describeUnmet, targetOf } from './target.ts'
import { faultNamed } from './check.ts'
import { EXIT, seconds, text, wholeNumber, write, type ExitCode, type Run } from './command.ts'
import { expectShortLives } from './short-lives.ts'

const DEFAULT_SECONDS = 10

export const fuzzVerb: Run = async (_names, options) => {
  expectShortLives()
  const fault = options.fault === undefined ? undefined : faultNamed(text(options.fault))
  const timed = options.runs === undefined || options.time !== undefined
  const result = await fuzz({
    rules: fault === undefined ? linux : fault.apply(linux),
    seed: options.seed === undefined ? 1 : wholeNumber('--seed', options.seed, -(2 ** 31)),
    runs: options.runs === undefined ? Infinity : wholeNumber('--runs', options.runs),
    time: timed ? (options.time === undefined ? DEFAULT_SECONDS : seconds('--time', options.time)) : Infinity,
    fresh: options.fresh === true,
    racy: options.racy === true,
    target: targetOf(options),
    snapshots: options.slow === true ? 'steps' : options.racy === true ? 'none' : 'end',
    first: fault !== undefined,
    ...(process.stderr.isTTY && options.quiet !== true && { progress: showProgress }),
  })
  if (options.save !== undefined) save(text(options.save), result)
  if (options.json === true) await write(`${JSON.stringify(result)}\n`)
  else await write(describe(result, options.quiet === true))
  return exitOf(result)
}

function exitOf({ divergences, undecided, agreed }: FuzzResult): ExitCode {
  if (divergences.length > 0) return EXIT.found
  return agreed === 0 && Object.keys(undecided).length > 0 ? EXIT.undecided : EXIT.holds
}

const showProgress = (programs: number, divergences: number): void =>
  void process.stderr.write(`\r${programs} programs, ${divergences} divergences `)

/** A file a divergence: a transcript whose last line the model forbids, though the kernel did it. */
function save(folder: string, result: FuzzResult): void {
  mkdirSync(folder, { recursive: true })
  result.divergences.forEach(({ program, seen, signature, ...measured }, index) => {
    const title = `# allowed: ${seen}, on ${describeRunner(result)} in ${describeRate(measured)}`
    const name = `${index + 1}-${signature.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase()}.trace`
    writeFileSync(join(folder, name), [title, ...program, ''].join('\n'))
  })
}

function describe(result: FuzzResult, quiet: boolean): string {
  const { mode, programs, steps, agreed, divergences, undecided, seconds: time, seed, target } = result
  const verdict = divergences.length === 0 ? pc.green('agree') : pc.red('diverge')
  const rate = Math.round(programs / time)
  const head = `${verdict}  model and ${describeRunner(result)} (${mode}): ${programs} programs, ${steps} calls in ${time.toFixed(1)} s (${rate}/s), ${agreed} agreed, seed ${seed}\n`
  if (quiet) return head
  const open = Object.entries(undecided).map(([why, count]) => `  ${String(count).padStart(6)}  undecided: ${why}\n`)
  return [
    head,
    ...open,
    describeTarget(target, '  '),
    describeUnmet([target], '  '),
    ...divergences.map(describeOne),
  ].join('')
}

const describeRate = ({ rate, repeats }: Pick<FoundDivergence, 'rate' | 'repeats'>): string =>
  `${Math.round(rate * repeats)} of ${repeats} runs`

function describeOne({ program, seen, allowed, rule, source, times, lapsed, ...measured }: FoundDivergence): string {
  return [
    '',
    `  ${pc.bold(seen)}`,
    `  allowed  ${allowed.join('  |  ')}`,
    `  rule     ${rule}, ${source}`,
    ...(lapsed === undefined ? [] : [describeLapsed(lapsed, '  ').trimEnd()]),
    `  in ${times} programs; the smallest diverges in ${describeRate(measured)}:`,
    '',
    ...program.map((line) => `    ${line}`),
    '',
  ].join('\n')
}
