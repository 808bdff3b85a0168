import { spawn, type ChildProcess } from 'node:child_process'
import { linux } from '../../model/linux.ts'
import type { Program } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { builtExecutor } from './build.ts'
import { encodeProgram, type EncodedStep } from './encode.ts'
import type { LiveRun } from './live-run.ts'
import { LacksMeans } from './means.ts'
import { Observer } from './observe.ts'
import { launchWords } from './target-command.ts'
import { Absences, type Target } from './target.ts'

export interface ExecutorOptions {
  readonly rules?: Rules
  /** New namespaces for each program, instead of the same ones cleaned up. */
  readonly fresh?: boolean
  /** Take each program's calls as fast as they come, its processes on different processors. */
  readonly racy?: boolean
  /** Which of the processors lock-step programs run on, counted from 0 among those that may be used. */
  readonly processor?: number
  /** The implementation of Linux's calls that runs programs, if it is not this kernel. */
  readonly target?: Target | undefined
  /** Milliseconds without a word after which a program is given up, and the executor begun anew. */
  readonly silence?: number
}

export interface RunOptions {
  /** Look at all that /proc shows: at the end of the program, or after each step too. */
  readonly snapshots?: 'none' | 'end' | 'steps'
  /** After the last step wait, up to three seconds, for time-outs of calls that sleep. */
  readonly patient?: boolean
}

/** Where the executor finds itself, in its private root directory. */
const AGENT = '/executor'

/** Milliseconds that it may take: some bring up a whole kernel. */
const LONGEST_START = 120_000

/** Milliseconds that a program may take: each of its steps has limits of its own, unless what runs it hangs. */
const LONGEST_SILENCE = 60_000

/** A program without steps: its first process is made, and that is all. */
const NOTHING: Program = { steps: [] }

interface Begun {
  readonly child: ChildProcess
  readonly mode: Executor['mode']
  /** What it has said after it was ready. */
  readonly rest: string
}

/** The executor was closed, or died, before a program came to its end. */
export class ExecutorEnded extends Error {
  override readonly name = 'ExecutorEnded'
}

interface Waiting {
  readonly program: Program
  readonly text: string
  readonly encoded: readonly EncodedStep[]
  readonly resolve: (run: LiveRun) => void
  readonly reject: (error: Error) => void
}

/**
 * The live kernel at work: programs in, what was seen out. Everything happens in namespaces of its own, by a process that
 * dies with this one.
 *
 * Errors: LacksMeans, where there is no compiler, or the machine does not let us isolate a program.
 */
export class Executor {
  /** `realtime`: settled by the scheduler's own order, as root; `polling`: by looking. */
  readonly mode: 'realtime' | 'polling'
  private child: ChildProcess
  private readonly options: ExecutorOptions
  private readonly rules: Rules
  private readonly racy: boolean
  private readonly target: Target | undefined
  private readonly absences: Absences
  private readonly waiting: Waiting[] = []
  private observer: Observer | undefined
  private rest = ''
  private number = 0
  private closed = false
  private patience: NodeJS.Timeout | undefined
  /** It is being begun anew. */
  private renewal: Promise<void> | undefined

  private constructor({ child, mode, rest }: Begun, options: ExecutorOptions) {
    this.child = child
    this.mode = mode
    this.options = options
    this.rules = options.rules ?? linux
    this.racy = options.racy ?? false
    this.target = options.target
    this.absences = new Absences(options.target)
    this.listen(rest)
  }

  private listen(rest: string): void {
    const { child } = this
    child.stdout!.on('data', (chunk: string) => child === this.child && this.take(chunk))
    let complaint = ''
    child.stderr!.on('data', (chunk: string) => (complaint += chunk))
    child.once('close', () => {
      if (child !== this.child) return
      if (this.target === undefined || this.closed)
        this.fail(new ExecutorEnded(`the executor has ended ${complaint}`.trim()))
      else this.renewal ??= this.beginAnew(`${this.target.name} has come to its end`)
    })
    this.take(rest)
  }

  static async start(options: ExecutorOptions = {}): Promise<Executor> {
    const { target } = options
    const executor = new Executor(await this.spawned(options), options)
    if (target === undefined) return executor
    const { trouble } = await executor.run(NOTHING)
    if (trouble === undefined) return executor
    await executor.close()
    throw new LacksMeans(`${target.name} runs no program: ${trouble}`)
  }

  private static spawned(options: ExecutorOptions): Promise<Begun> {
    const { target } = options
    const path = builtExecutor()
    // What one program leaves in another implementation is best left there.
    const fresh = options.fresh === true || target?.kind === 'inside'
    const flags = [fresh, options.racy === true, options.processor ?? 0].map((flag) => String(Number(flag)))
    const words = target === undefined ? [] : [target.kind, ...launchWords(target, [AGENT, '--agent', ...flags])]
    const child = spawn(path, [String(process.pid), ...flags, ...words], { stdio: 'pipe' })
    const patience = setTimeout(() => child.kill('SIGKILL'), LONGEST_START)
    child.stdout.setEncoding('latin1')
    child.stderr.setEncoding('utf8')
    child.stdin.on('error', () => undefined)
    return new Promise((resolve, reject) => {
      let said = ''
      let complaint = ''
      child.stderr.on('data', (chunk: string) => (complaint += chunk))
      child.once('error', (error) => reject(new LacksMeans(`the executor cannot be started: ${error.message}`)))
      child.once('close', (code, signal) => {
        clearTimeout(patience)
        const why = complaint.trim() || (signal === null ? `exit code ${String(code)}` : `killed by ${signal}`)
        reject(new LacksMeans(target?.kind === 'inside' ? whyNotInside(target, why, said) : whyNotIsolated(why)))
      })
      const listen = (chunk: string) => {
        said += chunk
        // A kernel in user space may have said other things before.
        const ready = /^ready (realtime|polling)\r?\n/m.exec(said)
        if (ready === null) return
        clearTimeout(patience)
        child.stdout.off('data', listen)
        child.removeAllListeners('close')
        const mode = ready[1] as Executor['mode']
        resolve({ child, mode, rest: said.slice(ready.index + ready[0].length) })
      }
      child.stdout.on('data', listen)
    })
  }

  /** Run a program. Several may be handed over at once; they run one after the other. Errors: CannotEncode. */
  run(program: Program, options: RunOptions = {}): Promise<LiveRun> {
    const encoded = encodeProgram(program, this.rules)
    const snapshots = { none: '', end: 's', steps: 'S' }[options.snapshots ?? 'none']
    const flags = `-${snapshots}${options.patient === true ? 'w' : ''}${this.racy ? 'r' : ''}`
    const lines = [`p ${++this.number} ${flags}`, ...encoded.map(({ line }) => line), '.', '']
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(new ExecutorEnded('the executor has ended'))
        return
      }
      const text = lines.join('\n')
      this.waiting.push({ program, text, encoded, resolve, reject })
      if (this.renewal === undefined) this.child.stdin!.write(text)
      this.patience ??= this.watch()
    })
  }

  /** The programs do not have the rights of root. */
  get unprivileged(): boolean {
    return this.mode === 'polling' && this.target?.kind !== 'inside'
  }

  /** End it, and everything in it. */
  async close(): Promise<void> {
    await this.renewal
    clearTimeout(this.patience)
    if (this.closed) return
    this.closed = true
    const ended = new Promise((resolve) => this.child.once('close', resolve))
    this.child.kill('SIGKILL')
    await ended
  }

  private watch(): NodeJS.Timeout {
    return setTimeout(() => {
      this.renewal = this.beginAnew('nothing comes of it any more')
    }, this.options.silence ?? LONGEST_SILENCE)
  }

  /** The program under way is given up, and those behind it are handed to a new executor. */
  private async beginAnew(why: string): Promise<void> {
    const stuck = this.waiting.shift()
    const observer = this.observer ?? (stuck && new Observer(stuck.program, stuck.encoded, this.absences))
    observer?.read(`! ${why}`)
    if (observer !== undefined) stuck?.resolve(observer.finish())
    this.observer = undefined
    clearTimeout(this.patience)
    this.patience = undefined
    const old = this.child
    old.removeAllListeners('close')
    old.kill('SIGKILL')
    try {
      const begun = await Executor.spawned(this.options)
      this.child = begun.child
      this.rest = ''
      this.renewal = undefined
      for (const { text } of this.waiting) this.child.stdin!.write(text)
      if (this.waiting.length > 0) this.patience ??= this.watch()
      this.listen(begun.rest)
    } catch (error) {
      this.renewal = undefined
      this.fail(error instanceof Error ? error : new ExecutorEnded(String(error)))
    }
  }

  private take(chunk: string): void {
    if (this.renewal !== undefined) return
    this.patience?.refresh()
    this.rest += chunk
    for (let from = 0; ;) {
      const end = this.rest.indexOf('\n', from)
      if (end < 0) {
        this.rest = this.rest.slice(from)
        return
      }
      this.line(this.rest.slice(from, end))
      from = end + 1
    }
  }

  private line(line: string): void {
    const [first] = this.waiting
    if (first === undefined) return
    this.observer ??= new Observer(first.program, first.encoded, this.absences)
    if (!line.startsWith('. ')) {
      this.observer.read(line)
      return
    }
    const run = this.observer.finish()
    this.observer = undefined
    this.waiting.shift()
    if (this.waiting.length === 0) {
      clearTimeout(this.patience)
      this.patience = undefined
    }
    first.resolve(run)
  }

  private fail(error: Error): void {
    this.closed = true
    clearTimeout(this.patience)
    for (const { reject } of this.waiting.splice(0)) reject(error)
  }
}

/**
 * Run one program on the live kernel and say what was seen: `sights` in order, the `results` of its steps. For many
 * programs start one `Executor`.
 *
 * A transcript becomes a program by `programOf` (transcript-program.ts); `judge` (judge.ts) says whether the model allows
 * what was seen.
 */
export async function runLive(program: Program, options: ExecutorOptions & RunOptions = {}): Promise<LiveRun> {
  const executor = await Executor.start(options)
  try {
    return await executor.run(program, options)
  } finally {
    await executor.close()
  }
}

function whyNotIsolated(why: string): string {
  return (
    `this machine does not let live runs isolate their processes: ${why}. ` +
    'Needed are root, or user namespaces for everybody (sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces; ' +
    'in a container: more privileges), and a /proc that is not masked'
  )
}

/** What a kernel in user space says before it gives up is on its console, which is our standard output. */
function whyNotInside({ name, command, package: from }: Target, why: string, said: string): string {
  const last = said.trim().split('\n').slice(-3).join(' | ')
  const hint = from === undefined ? '' : ` (Debian: ${from})`
  return `${name} runs nothing inside "${command.join(' ')}"${hint}: ${why}${last === '' ? '' : `; it said: ${last}`}`
}
