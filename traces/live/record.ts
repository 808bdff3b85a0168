// Real programs under strace: a capture of a command, or of a process that runs already.
import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process'
import { closeSync, openSync, readSync, truncateSync, writeFileSync } from 'node:fs'
import { machine, release } from 'node:os'
import { resolve } from 'node:path'
import { LacksMeans } from './means.ts'

/** What the check reads best: children followed, times, durations, and strings long enough for most messages. */
export const CANONICAL = ['-f', '-ttt', '-T', '-s', '256'] as const

/** A command with its arguments, or the number of a process that runs already. */
export type Subject = { readonly command: readonly [string, ...string[]] } | { readonly pid: number }

export interface RecordOptions {
  /** Where the capture goes; what was there is lost. */
  readonly file: string
  /** stdout of the command goes to our stderr. */
  readonly stdoutAside?: boolean
  /** Told now and then how many lines have been written. */
  readonly progress?: (lines: number) => void
}

/** A recording that is over. */
export interface Recorded {
  readonly lines: number
  /** How the command ended; undefined when strace let go of what it followed before that. */
  readonly ended: { readonly exited: number } | { readonly killedBy: string } | undefined
  /** What strace said, where nobody else writes to its stderr. */
  readonly said: string
}

/** Milliseconds between two looks at the capture as it grows. */
const LOOK = 500

/** A recording under way. */
export interface Recording {
  /** strace itself. */
  readonly pid: number | undefined
  readonly over: Promise<Recorded>
  /** Pass an interrupt on, as a terminal does: to the command, or to a strace that follows a process, which lets go. */
  interrupt(): void
  /** Let go of everything; what is recorded stays, and the processes go on. */
  letGo(): void
}

/**
 * The version of strace. Errors: LacksMeans, when there is no strace, or it may not trace.
 */
export function straceVersion(): string {
  const asked = spawnSync('strace', ['--version'], { encoding: 'utf8' })
  if (asked.error !== undefined) {
    throw new LacksMeans(
      'recording needs strace, which is not here. It is the package `strace` of every distribution ' +
        '(apt-get install strace, dnf install strace, apk add strace)',
    )
  }
  const tried = spawnSync('strace', ['-qqq', '-o', '/dev/null', '--', 'true'], { encoding: 'utf8' })
  if (tried.status !== 0) throw mayNotTrace(tried.stderr)
  return /version (\S+)/.exec(asked.stdout)?.[1] ?? 'unknown'
}

const mayNotTrace = (said: string): LacksMeans =>
  new LacksMeans(
    `strace may not trace here: ${said.trim().split('\n')[0] ?? ''}. Needed are ptrace(2) for one's own processes ` +
      '(in a container: --cap-add=SYS_PTRACE, and a seccomp profile that allows it) or, to follow a process that runs ' +
      'already, root or sysctl kernel.yama.ptrace_scope=0',
  )

/** The lines at the top of a capture. Nothing says that it is closed: others act on what a real program uses. */
export function headerOf(subject: Subject, version: string): string {
  const words = 'pid' in subject ? ['-p', String(subject.pid)] : ['--', ...subject.command]
  return [
    `# kernel: Linux ${release().replace(/-.*/, '')} ${machine()}`,
    `# strace: ${version}`,
    `# command: strace ${[...CANONICAL, '-o', '...', ...words.map(quoted)].join(' ')}`,
    '',
  ].join('\n')
}

/** A word as a shell takes it, on one line. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll('\n', '\\n').replaceAll("'", `'\\''`)}'`

/** Begin to record. Errors: LacksMeans, as soon as it is known or when it is over. */
export function record(subject: Subject, { file, stdoutAside, progress }: RecordOptions): Recording {
  const version = straceVersion()
  const header = headerOf(subject, version)
  writeFileSync(file, header)
  // A path from the root: strace takes a leading | or ! for a command.
  const args = [...CANONICAL, '-A', '-o', resolve(file)]
  const isFollowed = 'pid' in subject
  const stdio: StdioOptions = isFollowed
    ? ['ignore', 'ignore', 'pipe']
    : ['inherit', stdoutAside ? 2 : 'inherit', 'inherit']
  const strace = spawn(
    'strace',
    isFollowed ? [...args, '-p', String(subject.pid)] : [...args, '--', ...subject.command],
    {
      stdio,
    },
  )
  const tail = new Tail(file, Buffer.byteLength(header))
  const timer = setInterval(() => progress?.(tail.look()), LOOK)
  let isLetGo = false
  return {
    pid: strace.pid,
    over: ended(strace).then(({ code, signal, said }) => {
      clearInterval(timer)
      const lines = tail.finish()
      // A strace that had to be killed may have been in the middle of a line.
      if (isLetGo) truncateSync(file, tail.whole)
      if (isFollowed && lines === 0 && /ptrace|attach/.test(said)) throw mayNotTrace(said)
      const left = isLetGo || isFollowed
      return { lines, said, ended: left ? undefined : signal === null ? { exited: code } : { killedBy: signal } }
    }),
    interrupt: () => {
      const target = isFollowed ? strace.pid : tail.firstPid()
      if (target !== undefined) signalTo(target, 'SIGINT')
    },
    letGo: () => {
      isLetGo = true
      // While it runs a command strace takes no signal but this one; each line is written as it ends, and what was traced goes on.
      strace.kill(isFollowed ? 'SIGINT' : 'SIGKILL')
    },
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It may have ended meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function ended(strace: ChildProcess): Promise<{ code: number; signal: string | null; said: string }> {
  let said = ''
  strace.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise((resolve, reject) => {
    strace.on('error', reject)
    strace.on('close', (code, signal) => resolve({ code: code ?? 0, signal, said }))
  })
}

/** Counts the lines of a file that grows. */
class Tail {
  private readonly fd: number
  private readonly start: number
  private at: number
  private lines = 0
  /** Bytes up to the end of the last whole line. */
  whole: number
  private readonly buffer = Buffer.alloc(1 << 16)

  constructor(file: string, from: number) {
    this.fd = openSync(file, 'r')
    this.start = from
    this.at = from
    this.whole = from
  }

  look(): number {
    for (let got = this.read(); got > 0; got = this.read()) {
      for (let i = 0; i < got; i++) {
        if (this.buffer[i] !== 0x0a) continue
        this.lines++
        this.whole = this.at + i + 1
      }
      this.at += got
    }
    return this.lines
  }

  private read(): number {
    return readSync(this.fd, this.buffer, 0, this.buffer.length, this.at)
  }

  finish(): number {
    const lines = this.look()
    closeSync(this.fd)
    return lines
  }

  /** The process on the first line: the command. */
  firstPid(): number | undefined {
    const buffer = Buffer.alloc(20)
    const pid = Number.parseInt(buffer.toString('latin1', 0, readSync(this.fd, buffer, 0, 20, this.start)), 10)
    return pid > 0 ? pid : undefined
  }
}
