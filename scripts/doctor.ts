import { release } from 'node:os'
import pc from 'picocolors'
import { Executor } from '../traces/live/executor.ts'
import { LacksMeans } from '../traces/live/means.ts'
import { programOnPath } from '../traces/live/program-on-path.ts'
import { openTracefs, staleInstances } from '../traces/live/tracefs.ts'
import type { Target } from '../traces/live/target.ts'
import { EXIT, write, type Run } from './command.ts'
import { describeLimits, targets } from './target.ts'

/** A part of the machine: whether it is there, and what it is needed for. */
export interface Finding {
  readonly part: string
  readonly present: boolean
  /** Where it is, how good it is, or why it cannot be used. */
  readonly detail: string
  readonly enables: string
}

export const doctor: Run = async (_names, options) => {
  const findings = await examine()
  if (options.json === true) await write(`${JSON.stringify(findings)}\n`)
  else await write(describe(findings))
  return EXIT.holds
}

async function examine(): Promise<Finding[]> {
  return [
    { part: 'node', present: true, detail: process.version, enables: 'the model: check, replay, faults' },
    {
      part: 'kernel',
      present: process.platform === 'linux',
      detail: `${process.platform} ${release()}`,
      enables: 'live runs',
    },
    program('C compiler', ['cc', 'gcc', 'clang'], 'live runs: the executor is compiled at first use'),
    await isolation(),
    program('strace', ['strace'], 'recording captures'),
    tracefs(),
    ...(await Promise.all(targets().map(targetThere))),
    program('Redis', ['redis-server', 'valkey-server'], 'keeping the results of long runs'),
    program('browser', ['chromium', 'google-chrome', 'firefox'], 'looking at results as pages'),
  ]
}

/** The first of the programs that is on the PATH. */
function program(part: string, names: readonly string[], enables: string): Finding {
  const path = names.map(programOnPath).find((found) => found !== undefined)
  return { part, present: path !== undefined, detail: path ?? `no ${names.join(', ')} on the PATH`, enables }
}

async function isolation(): Promise<Finding> {
  const part = 'isolation'
  const enables = 'live runs: run, fuzz, the live side of claims'
  try {
    const executor = await Executor.start()
    const { mode } = executor
    await executor.close()
    const detail =
      mode === 'realtime' ? 'namespaces, with real-time priority' : 'namespaces, without real-time priority: slower'
    return { part, present: true, detail, enables }
  } catch (error) {
    return { part, present: false, detail: error instanceof Error ? error.message : String(error), enables }
  }
}

async function targetThere(target: Target): Promise<Finding> {
  const part = `target ${target.name}`
  const enables = `run, fuzz: --target ${target.name}`
  try {
    await Executor.start({ target }).then((executor) => executor.close())
    return { part, present: true, detail: `${target.kind} ${target.command[0]!}: ${describeLimits(target)}`, enables }
  } catch (error) {
    return { part, present: false, detail: error instanceof Error ? error.message : String(error), enables }
  }
}

function tracefs(): Finding {
  const part = 'tracefs'
  const enables = 'a second witness beside strace: record --witness'
  try {
    const tracefs = openTracefs()
    const stale = staleInstances(tracefs)
    tracefs.close()
    const left = stale.length === 0 ? '' : `; left by recordings that were killed: ${stale.join(', ')}`
    return {
      part,
      present: true,
      detail: `can be used${left === '' ? '' : `${left} (the next one removes them)`}`,
      enables,
    }
  } catch (error) {
    if (!(error instanceof LacksMeans)) throw error
    return { part, present: false, detail: error.message, enables }
  }
}

function describe(findings: readonly Finding[]): string {
  return findings
    .map(({ part, present, detail, enables }) => {
      const mark = present ? pc.green('there  ') : pc.yellow('missing')
      return `${mark}  ${part.padEnd(17)}  ${detail}\n${present ? '' : `${' '.repeat(28)}would enable ${enables}\n`}`
    })
    .join('')
}
