import { execFile } from 'node:child_process'
import { built, sourceOf } from './build.ts'
import { LacksMeans } from './means.ts'

const FLAGS = ['-O1', '-Wall', '-Wextra', '-pthread']

/** The exit statuses of isolate.c beyond those of the program. */
const CANNOT_ISOLATE = 3
const TIME_IS_OVER = 4

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
  /** The command that programs run under, if any: one of the system's, by its path. */
  private readonly under: readonly string[]

  private constructor(path: string, under: readonly string[]) {
    this.path = path
    this.under = under.length === 0 ? [] : ['--under', ...under, '--']
  }

  /** Errors: LacksMeans, without Linux, a C compiler, or the right to make namespaces. */
  static async prepare(under: readonly string[] = []): Promise<Isolation> {
    if (process.platform !== 'linux') throw new LacksMeans(`live runs need Linux, and this is ${process.platform}`)
    const isolation = new Isolation(built(sourceOf('isolate.c'), FLAGS), under)
    await isolation.run('/bin/true', [], 10)
    return isolation
  }

  /**
   * Run a program, compiled, with these arguments, for at the most so many seconds.
   * Errors: LacksMeans, if this machine does not let us isolate it.
   */
  async run(program: string, args: readonly string[], seconds: number): Promise<Ending> {
    const { status, said } = await ended(this.path, [String(seconds), ...this.under, program, ...args])
    if (status === CANNOT_ISOLATE) throw new LacksMeans(whyNotIsolated(said))
    if (status === TIME_IS_OVER) return { status: undefined, said: `it did not end within ${seconds} seconds` }
    if (status === null || status > CANNOT_ISOLATE) return { status: undefined, said: `it came to a bad end: ${said}` }
    return { status, said }
  }
}

/** The path of a program of the ledger, compiled. Errors: LacksMeans. */
export const builtProgram = (source: string): string => built(source, FLAGS, ['-lutil'])

/** The exit status of a command, null if a signal ended it, and its stderr. */
function ended(command: string, args: readonly string[]): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { encoding: 'utf8' }, (error, _stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ status, said: stderr.trim() })
    })
  })
}

const whyNotIsolated = (said: string): string =>
  `this machine does not let live runs isolate their processes: ${said}. ` +
  'Needed are root, or user namespaces for everybody (sysctl kernel.unprivileged_userns_clone, ' +
  'user.max_user_namespaces; in a container: more privileges), and a /proc that is not masked'
