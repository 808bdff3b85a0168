// A second witness beside strace: tracepoints of the kernel, through a tracing instance of our own.
import { spawn, type ChildProcess } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { cpus, machine, release } from 'node:os'
import { join } from 'node:path'
import { readEvent, WITNESSED } from '../witness/event.ts'
import { LacksMeans } from './means.ts'
import type { Subject } from './record.ts'
import { instanceName, openTracefs, removeStale, type Tracefs } from './tracefs.ts'

/** Milliseconds between two looks at what the kernel has written. */
const LOOK = 20
/** Milliseconds to wait, at the end, for what the kernel puts off: the last of a process goes after a grace period. */
const PATIENCE = 3000
/** KiB for all processors together, and for one at the most. */
const BUFFERS = 131_072
const BUFFER = 16_384
/** Reads in a row, each of some pages: the machine may write faster than this process reads. */
const MOST_READS = 256

/** The initial pid namespace. Source: include/linux/proc_ns.h PROC_PID_INIT_INO. */
const INITIAL = 'pid:[4026531836]'

/** File systems that keep locks by themselves, and not (only) in fs/locks.c. */
const LOCKS_ELSEWHERE = /^(nfs\d*|cifs|smb3|fuse\S*|9p|ceph|gfs2|ocfs2|afs|coda|orangefs|lustre|vboxsf)$/

/** The thread in whose context an event happened; the events that may concern another. */
const CONTEXT = /^\s*.{0,15}-(\d+)\s+\[/
const ABOUT_OTHERS = /: (?:sched_process_fork|sched_process_free|signal_generate): /

/** A recording by the second witness, under way. */
export interface WitnessRecording {
  /** strace runs, under this number. */
  follow(strace: number): void
  /** strace is done: wait for what the kernel has put off, write all, and leave nothing behind. */
  finish(): Promise<void>
  /** Unless it is finished: give it up, and leave nothing behind. */
  abandon(): void
}

/**
 * Begin to record what the kernel does, for `file`. Of the machine's settings none is touched: the instance has its own,
 * and goes with the recording; where this process is killed, another one removes it.
 *
 * Errors: LacksMeans.
 */
export function beginWitness(subject: Subject, file: string): WitnessRecording {
  if (!isInitial() && 'pid' in subject)
    throw new LacksMeans(
      'the kernel tells processes by the numbers of the initial pid namespace: --follow cannot from this one',
    )
  const tracefs = openTracefs()
  removeStale(tracefs)
  return new Recorder(tracefs, subject, file)
}

const isInitial = (): boolean => readlinkSync('/proc/self/ns/pid') === INITIAL

class Recorder implements WitnessRecording {
  private readonly tracefs: Tracefs
  private readonly file: string
  private readonly instance: string
  private readonly watcher: ChildProcess
  private readonly pipe: number
  private readonly timer: NodeJS.Timeout | undefined
  private readonly buffer = Buffer.alloc(1 << 18)
  private rest = ''
  /** Numbers of the initial pid namespace, which this process need not bear. */
  private self = process.pid
  private strace = 0
  private lost = 0
  private isOver = false
  private readonly followed: Set<number>
  /** Followed, dead, and not yet gone for good. */
  private readonly leaving = new Set<number>()

  constructor(tracefs: Tracefs, subject: Subject, file: string) {
    this.tracefs = tracefs
    this.file = file
    this.followed = new Set('pid' in subject ? readdirSync(`/proc/${subject.pid}/task`).map(Number) : [])
    const name = instanceName()
    this.instance = join(tracefs.path, 'instances', name)
    mkdirSync(this.instance)
    this.watcher = watch(tracefs, name)
    this.pipe = openSync(join(this.instance, 'trace_pipe'), constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const events = this.switchOn()
      writeFileSync(file, headerOf(events, subject, [...this.followed]))
    } catch (error) {
      this.abandon()
      throw error
    }
    this.timer = setInterval(() => this.look(), LOOK)
  }

  /** Gives the events that this kernel has. */
  private switchOn(): string[] {
    this.set('trace_clock', 'mono')
    this.set('buffer_size_kb', String(Math.max(256, Math.min(BUFFER, Math.floor(BUFFERS / cpus().length)))))
    this.set('tracing_on', '1')
    if (!isInitial()) this.self = this.findSelf()
    const events = WITNESSED.filter((event) => existsSync(join(this.instance, 'events', event)))
    for (const event of events) this.set(`events/${event}/enable`, '1')
    return events
  }

  private set(setting: string, value: string): void {
    writeFileSync(join(this.instance, setting), value)
  }

  /** What this process writes to the marker bears its number. */
  private findSelf(): number {
    this.set('trace_marker', 'whoami')
    const line = /-(\d+)\s+\[\d+\].*: tracing_mark_write: whoami/.exec(this.readLines().join('\n'))
    if (line === null)
      throw new LacksMeans('the kernel does not tell the number of this process in the initial pid namespace')
    return Number(line[1])
  }

  follow(strace: number): void {
    if (isInitial()) this.strace = strace
    else this.findStrace()
    // strace hears of every stop by a signal, and waits for each: not worth writing down.
    this.set('events/signal/signal_generate/filter', `pid != ${this.strace}`)
    this.set('events/sched/sched_process_wait/filter', `common_pid != ${this.strace}`)
  }

  /** It is the process that this one has made last. What came before does not matter. */
  private findStrace(): void {
    const lines = this.readLines()
    const made = lines.map((line) => readEvent(line, 0))
    const last = made.findLastIndex((event) => event?.name === 'sched_process_fork' && event.tid === this.self)
    if (last < 0) throw new LacksMeans('the kernel does not tell the number of strace in the initial pid namespace')
    this.strace = made[last]!.about
    this.keep(lines.slice(last + 1))
  }

  /** True when all that was there has been read. */
  private look(): boolean {
    for (let reads = 0; reads < MOST_READS; reads++) {
      const lines = this.readSome()
      if (lines === undefined) return true
      this.keep(lines)
    }
    return false
  }

  private keep(lines: readonly string[]): void {
    const kept = lines.filter((line) => this.isWanted(line)).map((line) => `${line.trimStart()}\n`)
    if (kept.length > 0) appendFileSync(this.file, kept.join(''), 'latin1')
  }

  private readLines(): string[] {
    const lines: string[] = []
    for (let reads = 0; reads < MOST_READS; reads++) lines.push(...(this.readSome() ?? []))
    return lines
  }

  /** Whole lines; undefined when there are none now. */
  private readSome(): string[] | undefined {
    const got = this.read()
    if (got === 0) return undefined
    const lines = (this.rest + this.buffer.toString('latin1', 0, got)).split('\n')
    this.rest = lines.pop()!
    return lines
  }

  /** 0: there is nothing to read now. */
  private read(): number {
    try {
      return readSync(this.pipe, this.buffer)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0
      throw error
    }
  }

  private isWanted(line: string): boolean {
    // Lines that tell of lost events: what they count is counted at the end.
    if (line.startsWith('CPU:')) return false
    const context = CONTEXT.exec(line)
    if (context !== null && !this.followed.has(Number(context[1])) && !ABOUT_OTHERS.test(line)) return false
    const event = readEvent(line, 0)
    // What cannot be read may have been of those that are followed.
    if (event === undefined) {
      if (line.trim() !== '') this.lost++
      return false
    }
    const { name, tid, about } = event
    const isFollowed = this.followed.has(tid)
    switch (name) {
      case 'sched_process_fork':
        if (isFollowed || tid === this.strace) this.followed.add(about)
        return isFollowed
      case 'sched_process_exit':
        if (isFollowed) this.leaving.add(about)
        return isFollowed
      case 'sched_process_free':
        this.leaving.delete(about)
        return this.followed.delete(about)
      case 'signal_generate':
        return about !== this.strace && (isFollowed || this.followed.has(about))
      default:
        return isFollowed
    }
  }

  async finish(): Promise<void> {
    const until = performance.now() + PATIENCE
    this.look()
    while (this.leaving.size > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, LOOK))
      this.look()
    }
    this.set('tracing_on', '0')
    while (!this.look());
    const lost = this.lost + this.overrun()
    const settled = this.leaving.size === 0 ? 'yes' : 'no'
    this.leave()
    appendFileSync(this.file, `# lost: ${lost}\n# settled: ${settled}\n`)
  }

  /** Events that were overwritten, or did not fit. */
  private overrun(): number {
    const folder = join(this.instance, 'per_cpu')
    let lost = 0
    for (const cpu of readdirSync(folder)) {
      const stats = readFileSync(join(folder, cpu, 'stats'), 'utf8')
      for (const [, n] of stats.matchAll(/^(?:overrun|commit overrun|dropped events): (\d+)/gm)) lost += Number(n)
    }
    return lost
  }

  abandon(): void {
    if (this.isOver) return
    this.leave()
    rmSync(this.file, { force: true })
  }

  private leave(): void {
    this.isOver = true
    clearInterval(this.timer)
    closeSync(this.pipe)
    rmdirSync(this.instance)
    this.watcher.stdin?.end()
    this.tracefs.close()
  }
}

/**
 * A process that waits until this one is gone, be it by SIGKILL, and removes the instance, unless that has been done. It
 * stands in a session of its own, where no ^C reaches it.
 */
function watch({ path }: Tracefs, name: string): ChildProcess {
  const watcher = spawn('sh', ['-c', 'cat >/dev/null; rmdir "$0" 2>/dev/null', name], {
    cwd: join(path, 'instances'),
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watcher.on('error', () => undefined)
  watcher.unref()
  return watcher
}

function headerOf(events: readonly string[], subject: Subject, threads: readonly number[]): string {
  return [
    '# witness: tracefs',
    `# kernel: Linux ${release().replace(/-.*/, '')} ${machine()}`,
    `# events: ${events.map((event) => event.slice(event.indexOf('/') + 1)).join(' ')}`,
    `# follows: ${'pid' in subject ? `${subject.pid} ${threads.filter((tid) => tid !== subject.pid).join(' ')}`.trim() : 'a command'}`,
    `# pids: ${isInitial() ? 'initial' : 'others'}`,
    `# clock: ${clockOffset().toFixed(6)}`,
    `# locks: ${keepsLocksElsewhere() ? 'elsewhere' : 'local'}`,
    '',
  ].join('\n')
}

/** What to add to the kernel's monotonic clock for the time of day, in seconds, to some microseconds. */
function clockOffset(): number {
  const begun = Date.now()
  let now = begun
  while (now === begun) now = Date.now()
  return now / 1000 - Number(process.hrtime.bigint()) / 1e9
}

function keepsLocksElsewhere(): boolean {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return mounts.some((line) => LOCKS_ELSEWHERE.test(line.split(' ')[2] ?? ''))
}
