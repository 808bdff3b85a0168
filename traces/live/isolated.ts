import { execFile } from 'node:child_process'
import { built, sourceOf } from './build.ts'
import { LacksMeans } from './means.ts'
import { launchWords } from './target-command.ts'
import type { Target } from './target.ts'

const FLAGS = ['-O1', '-Wall', '-Wextra', '-pthread']

/** Lines of what a target says that are shown when a program comes to a bad end. */
const MOST_LINES = 3

/** The exit statuses of isolate.c beyond those of the program. */
const CANNOT_ISOLATE = 3
const TIME_IS_OVER = 4

/** Where isolate.c finds itself inside of a command, and what it is told there. */
const AGENT = ['/isolate', '--agent'] as const

/** Seconds more that it may take to bring up a whole kernel. */
const TO_START = 30

/** How a program ended. */
export interface Ending {
  /** Its exit status, 0 to 2; undefined if the time was over or a signal ended it. */
  readonly status: number | undefined
  /** What it said on stderr, or what became of it. */
  readonly said: string
}

/**
 * Run C programs where they cannot reach or leave anything: in fresh pid, IPC, mount, network, UTS and user namespaces, in
 * an empty directory of a file system of their own, for a limited time.
 */
export class Isolation {
  /** Of the compiled isolate.c. */
  readonly path: string
  /** The words that come before a program. */
  private readonly before: readonly string[]
  private readonly isInside: boolean

  private constructor(path: string, target: Target | undefined) {
    this.path = path
    const words = target === undefined ? [] : launchWords(target, AGENT)
    this.before = words.length === 0 ? [] : ['--under', String(words.length), ...words]
    this.isInside = target?.kind === 'inside'
  }

  /**
   * Programs run on this kernel, or on the target. Errors: LacksMeans, without Linux, a C compiler, the right to make
   * namespaces, or the target.
   */
  static async prepare(target?: Target): Promise<Isolation> {
    if (process.platform !== 'linux') throw new LacksMeans(`live runs need Linux, and this is ${process.platform}`)
    const isolation = new Isolation(built(sourceOf('isolate.c'), FLAGS), target)
    const { status, said } = await isolation.run('/bin/true', [], 10)
    if (status !== 0 && target !== undefined) throw new LacksMeans(`${target.name} runs no program: ${said}`)
    return isolation
  }

  /**
   * Run a program, compiled, with these arguments, for at the most so many seconds.
   * Errors: LacksMeans, if this machine does not let us isolate it.
   */
  async run(program: string, args: readonly string[], seconds: number): Promise<Ending> {
    const time = seconds + (this.isInside ? TO_START : 0)
    const { status, output, said } = await ended(this.path, [String(time), ...this.before, program, ...args])
    if (status === CANNOT_ISOLATE) throw new LacksMeans(whyNotIsolated(said))
    if (status === TIME_IS_OVER) return { status: undefined, said: `it did not end within ${time} seconds` }
    if (this.isInside) return endedInside(output, said)
    if (status === null || status > CANNOT_ISOLATE) return { status: undefined, said: `it came to a bad end: ${said}` }
    return { status, said }
  }
}

/** What the agent says last of the program; its console may be all that a kernel in user space has to say things on. */
function endedInside(output: string, complaint: string): Ending {
  const [line, word] = /^ended with (0x[0-9a-f]+)\r?$/m.exec(output) ?? []
  const said = [line === undefined ? output : output.slice(0, output.indexOf(line)), complaint]
    .flatMap((text) => text.split(/\r?\n/))
    .filter((text) => text.trim() !== '')
    .slice(-MOST_LINES)
    .join(' | ')
  if (word === undefined) return { status: undefined, said: `its command ended before it: ${said}` }
  const status = Number(word)
  const isGood = (status & 0x7f) === 0 && status >> 8 < CANNOT_ISOLATE
  return isGood ? { status: status >> 8, said } : { status: undefined, said: `it came to a bad end (${word}): ${said}` }
}

/** The path of a program of the ledger, compiled. Errors: LacksMeans. */
export const builtProgram = (source: string): string => built(source, FLAGS, ['-lutil'])

/** The exit status of a command, null if a signal ended it; its stdout and stderr. */
function ended(
  command: string,
  args: readonly string[],
): Promise<{ status: number | null; output: string; said: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { encoding: 'utf8' }, (error, output, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ status, output, said: stderr.trim() })
    })
  })
}

const whyNotIsolated = (said: string): string =>
  `this machine does not let live runs isolate their processes: ${said}. ` +
  'Needed are root, or user namespaces for everybody (sysctl kernel.unprivileged_userns_clone, ' +
  'user.max_user_namespaces; in a container: more privileges), and a /proc that is not masked'
