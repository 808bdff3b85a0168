import pc from 'picocolors'
import { linux } from '../model/linux.ts'
import type { Fault } from '../properties/fault.ts'
import { faults } from '../properties/faults/index.ts'
import { invariants, stepProperties } from '../properties/invariants/index.ts'
import { kill, type Found, type Kill } from '../properties/kill-matrix.ts'
import { LiveKills, type LiveKill, type LiveKillOptions } from '../traces/live/live-kills.ts'
import { faultNamed } from './check.ts'
import { EXIT, seconds, wholeNumber, write, type ExitCode, type Run } from './command.ts'

const DEFAULT_SECONDS = 60
/** Programs whose runs are judged for every fault. */
const LIVE_PROGRAMS = 6000

export const faultsVerb: Run = async (names, options) => {
  if (options.list === true) {
    await write(`${faults.map(({ name }) => name).join('\n')}\n`)
    return EXIT.holds
  }
  const chosen = names.length === 0 ? faults : names.map(faultNamed)
  const time = options.time === undefined ? DEFAULT_SECONDS : seconds('--time', options.time)
  const seed = options.seed === undefined ? 1 : wholeNumber('--seed', options.seed, -(2 ** 31))
  if (options.live === true) return faultsLive(chosen, { time, seed, programs: LIVE_PROGRAMS }, options)
  const kills: Kill[] = []
  for (const fault of chosen) {
    const found = kill(fault, { rules: linux, invariants, stepProperties, time, seed })
    kills.push(found)
    await write(
      options.json === true ? `${JSON.stringify(forScripts(found))}\n` : describe(found, options.quiet === true),
    )
  }
  if (options.json !== true) await write(summary(kills))
  return kills.every(({ killed }) => killed) ? EXIT.holds : EXIT.found
}

/** What the live kernel contradicts. */
async function faultsLive(
  chosen: readonly Fault[],
  search: LiveKillOptions,
  { json, quiet }: Parameters<Run>[1],
): Promise<ExitCode> {
  const live = await LiveKills.begin(search)
  const kills: LiveKill[] = []
  try {
    for (const fault of chosen) {
      const found = await live.kill(fault)
      kills.push(found)
      await write(json === true ? `${JSON.stringify(found)}\n` : describeLive(found, quiet === true))
    }
  } finally {
    await live.end()
  }
  if (json !== true) await write(summary(kills))
  return kills.every(({ killed, unseen }) => killed || unseen !== null) ? EXIT.holds : EXIT.found
}

function describeLive(kill: LiveKill, quiet: boolean): string {
  const { fault, source, killed, by, from, runs, programSteps, rate, seconds: time, program, unseen } = kill
  const judged = `${runs} runs judged, ${time.toFixed(1)} s`
  if (!killed) {
    const word = unseen === null ? pc.red('missed') : pc.yellow('unseen')
    return `${word}   ${fault}\n    after ${judged}; ${unseen ?? `source ${source}`}\n`
  }
  const head = `${pc.green('noticed')}  ${fault}\n    by "${by ?? ''}", ${from ?? ''}; ${judged}; smallest program: ${programSteps ?? 0} calls, seen in ${Math.round((rate ?? 0) * 100)} of 100 runs\n`
  return quiet ? head : head + program.map((line) => `      ${pc.dim(line)}\n`).join('')
}

/** The kill without the program's inner form, which is no contract. */
const forScripts = (found: Found): object => ({ ...found, counterexample: undefined, signature: undefined })

function describe(
  { fault, source, killed, by, runs, programSteps, seconds: time, program }: Kill,
  quiet: boolean,
): string {
  const head = killed
    ? `${pc.green('noticed')}  ${fault}\n    by "${by ?? ''}" after ${runs} programs, ${time.toFixed(1)} s; smallest program: ${programSteps ?? 0} calls\n`
    : `${pc.red('missed')}   ${fault}\n    after ${runs} programs, ${time.toFixed(1)} s; source ${source}\n`
  return quiet ? head : head + program.map((line) => `      ${pc.dim(line)}\n`).join('')
}

function summary(kills: readonly Pick<Kill, 'killed' | 'programSteps'>[]): string {
  const killed = kills.filter((found) => found.killed)
  const sizes = killed.map(({ programSteps }) => programSteps ?? 0).toSorted((a, b) => a - b)
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0
  return `${killed.length} of ${kills.length} faults noticed; the median smallest program has ${median} calls\n`
}
