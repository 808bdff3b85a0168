/**
 * The files of `strace -ff`, one a process, as the one capture that `strace -f` would have made of them: lines in the order
 * of their time stamps, and a call that others interrupt in two halves. A file says when a call began; when it ended is
 * known by its duration (-T), or else only that it was before the next line of that file, so there its result stands.
 */
import { CaptureError } from './capture-error.ts'
import { scanLine, unnamed, type CallLine, type StraceLine } from './lines.ts'
import { openCapture, type CaptureHeader, type LineBatch } from './open.ts'

/** One of the files, and the process or thread that its name says it is of. */
export interface ProcessFile {
  readonly path: string
  readonly pid: number
}

/** Time stamps and durations are each rounded to a microsecond; coarser ones are taken for none. */
const ROUNDING = 2e-6

/** Lines that are handed on at once, about. */
const BATCH = 1024

/** `PREFIX.PID`, compressed or not. */
const NAME = /^(.+)\.(\d+)(?:\.gz)?$/

/** The files among these that `strace -ff -o PREFIX` can have written, by prefix. */
export function filesByPrefix(names: readonly string[]): ReadonlyMap<string, readonly ProcessFile[]> {
  const found = new Map<string, ProcessFile[]>()
  for (const path of names) {
    const [, prefix, pid] = NAME.exec(path) ?? []
    if (prefix === undefined) continue
    const files = found.get(prefix)
    if (files === undefined) found.set(prefix, [{ path, pid: Number(pid) }])
    else files.push({ path, pid: Number(pid) })
  }
  return found
}

/**
 * `header`: the headers of the files, one on top of the other. `durations`: it is known when calls ended, or there is but
 * one file. `lines` are numbered in the order in which they come.
 */
export interface Merged {
  readonly header: CaptureHeader
  readonly durations: boolean
  readonly lines: AsyncGenerator<readonly StraceLine[], void>
}

/**
 * The lines of all files, read as they are asked for. A single file needs no time stamps; a file without lines is passed
 * over.
 *
 * Errors: CaptureError where no file can be read, or where lines do not say when they were.
 */
export async function mergeFiles(files: readonly ProcessFile[]): Promise<Merged> {
  const stamped = files.length > 1
  const header = new Map<string, string>()
  const begins: Begin[] = []
  let durations = !stamped
  let failure: CaptureError | undefined
  for (const file of files) {
    try {
      const source = await Source.open(file, stamped)
      for (const [key, value] of source.header) header.set(key, value)
      begins.push({ file, time: source.time })
      durations ||= source.hasDuration
      await source.close()
    } catch (error) {
      if (!(error instanceof CaptureError) || error.kind !== 'empty') throw error
      failure = error
    }
  }
  if (begins.length === 0 && failure !== undefined) throw failure
  begins.sort((a, b) => a.time - b.time)
  return { header, durations, lines: merge(begins, stamped) }
}

interface Begin {
  readonly file: ProcessFile
  readonly time: number
}

/** Files are opened as their first line comes due: there may be more of them than a process may have open. */
async function* merge(begins: readonly Begin[], stamped: boolean): AsyncGenerator<readonly StraceLine[], void> {
  const open: Source[] = []
  let opened = 0
  let count = 0
  let batch: StraceLine[] = []
  for (;;) {
    let next = earliest(open)
    while (opened < begins.length && (next === undefined || begins[opened]!.time <= next.time)) {
      open.push(await Source.open(begins[opened++]!.file, stamped))
      next = earliest(open)
    }
    if (next === undefined) break
    const others = Math.min(earliest(open, next)?.time ?? Infinity, begins[opened]?.time ?? Infinity)
    const line = await next.take(others)
    if (next.time === Infinity) open.splice(open.indexOf(next), 1)
    batch.push({ ...line, line: ++count })
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  yield batch
}

/** The one whose next line is the oldest; of two of the same time the one that enters a call, since that may be older. */
function earliest(open: readonly Source[], besides?: Source): Source | undefined {
  let first: Source | undefined
  for (const source of open) {
    if (source === besides) continue
    const isBefore =
      first === undefined ||
      source.time < first.time ||
      (source.time === first.time && first.isReturn && !source.isReturn)
    if (isBefore) first = source
  }
  return first
}

/** Seconds since the epoch or a time of day, with their fractions: what tells the order of lines in different files. */
const FINE = /^(?:\d+:\d\d:\d\d|\d{9,})\.\d{6}/
/** A duration in whole seconds or milliseconds (--syscall-times=ms). */
const COARSE = /<\d+(?:\.\d{1,5})?>$/
const WHOLE = /^(?:\d+:\d\d:\d\d|\d{9,})(?:\.\d+)? /
const DAY = 86_400

/** One file being read, a line ahead. */
class Source {
  readonly header: CaptureHeader
  private readonly file: ProcessFile
  private readonly stamped: boolean
  private readonly batches: AsyncGenerator<LineBatch, void>
  private batch: LineBatch = { firstLine: 1, lines: [], endsMidLine: false }
  private index = 0
  private head: StraceLine | undefined
  /** When the head was; Infinity after the last line. */
  private headTime = -Infinity
  /** The call whose beginning was given, and whose end is still due, then. */
  private half: CallLine | undefined
  private halfTime = 0
  /** Times of day begin anew at midnight. */
  private midnight = 0

  private constructor(
    file: ProcessFile,
    header: CaptureHeader,
    batches: AsyncGenerator<LineBatch, void>,
    stamped: boolean,
  ) {
    this.file = file
    this.header = header
    this.batches = batches
    this.stamped = stamped
  }

  static async open(file: ProcessFile, stamped: boolean): Promise<Source> {
    const { header, batches } = await openCapture(file.path)
    const source = new Source(file, header, batches, stamped)
    await source.advance()
    return source
  }

  async close(): Promise<void> {
    await this.batches.return()
  }

  get hasDuration(): boolean {
    return this.head?.kind === 'call' && this.head.duration !== undefined
  }

  get isReturn(): boolean {
    return this.half !== undefined
  }

  /** When the next line that `take` gives was; Infinity after the last. */
  get time(): number {
    return this.half === undefined ? this.headTime : this.halfTime
  }

  /** The next line; of a call during which another file has a line, at `others`, first its beginning, then its end. */
  async take(others: number): Promise<StraceLine> {
    if (this.half !== undefined) {
      const { pid, time, name, result, duration } = this.half
      this.half = undefined
      return { kind: 'resumed', line: 0, pid, time, name, args: '', result, duration }
    }
    const line = this.head!
    const began = this.headTime
    await this.advance()
    if (line.kind !== 'call' || line.result.kind === 'none') return line
    const ended = line.duration === undefined ? Infinity : began + line.duration + ROUNDING
    const last = Math.min(ended, this.headTime, Number.MAX_VALUE)
    if (others > last) return line
    this.half = line
    this.halfTime = last
    const { pid, time, name, args } = line
    return { kind: 'unfinished', line: 0, pid, time, name, args, detached: false }
  }

  private async advance(): Promise<void> {
    for (;;) {
      const text = this.batch.lines[this.index]
      if (text === undefined) {
        const next = await this.batches.next()
        if (next.done) {
          this.head = undefined
          this.headTime = Infinity
          return
        }
        this.batch = next.value
        this.index = 0
      } else {
        this.index++
        if (text === '') continue
        const scanned = scanLine(text)
        const isCoarse = this.stamped && scanned.kind === 'call' && COARSE.test(text)
        const seen = isCoarse ? { ...scanned, duration: undefined } : scanned
        this.head = seen.pid === unnamed ? { ...seen, pid: this.file.pid } : seen
        if (this.stamped) this.readTime(text, seen)
        else this.headTime = 0
        return
      }
    }
  }

  /** Words of strace's own bear no time: they stand where they stand. */
  private readTime(text: string, { kind, time }: StraceLine): void {
    if (time === undefined && this.headTime !== -Infinity) return
    if (time === undefined && (kind === 'message' || kind === 'unreadable')) return
    if (this.headTime === -Infinity && !FINE.test(text)) throw this.unordered(text)
    const before = this.headTime
    this.headTime = time! + this.midnight
    if (this.headTime > before - DAY / 2) return
    this.midnight += DAY
    this.headTime += DAY
  }

  private unordered(text: string): CaptureError {
    const why = WHOLE.test(text)
      ? 'time stamps of whole seconds or milliseconds do not tell the order of lines in different files'
      : 'the lines of different files have no order without time stamps'
    const line = this.batch.firstLine + this.index - 1
    return new CaptureError(this.file.path, 'unordered', line, `${why}; expected those of strace -ff -ttt, or -tt`)
  }
}
