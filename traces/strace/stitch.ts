/**
 * Lines to call intervals. A call is one object, shared by its `enter` and its `leave`; what the second half of a call says
 * (its result, the rest of its arguments) is filled in when that line is read.
 *
 * An `enter` is held back until its call has ended, so that whoever reads it can see the result, and an event of a process
 * whose pid is not known yet until it is, but for no more than `lookahead` lines. Everything behind it waits with it, so
 * events keep the order of the file. With `lookahead` Infinity every call is complete or never will be; with 0 nothing
 * waits.
 */
import type { CallEnd, CallInterval, StitchEvent } from './interval.ts'
import type {
  CallLine,
  ContinuationLine,
  CutLine,
  MessageLine,
  ResumedLine,
  StraceLine,
  SupersededLine,
  UnfinishedLine,
  UnreadableLine,
} from './lines.ts'
import { scanLine, unnamed } from './lines.ts'
import type { LineBatch } from './open.ts'
import { Presence } from './presence.ts'
import { firstLineOf, isWriting } from './spoken.ts'

/** The lines that belong to a process. */
type PlacedLine = Exclude<StraceLine, ContinuationLine | MessageLine | UnreadableLine>

/** Calls whose result is a new process or thread. */
const makesTask = new Set(['clone', 'clone3', 'fork', 'vfork'])

/** What execve was given stands where the call began. */
const UNSEEN_EXECVE = '"", [], NULL'

/** SIGCHLD for a process that is dead. */
const ENDED = /si_code=CLD_(?:EXITED|KILLED|DUMPED), si_pid=(\d+)/

export interface StitchOptions {
  /** How many lines an event may wait for the result of a call before it. */
  readonly lookahead?: number
}

/** Feed it lines in order, take events in order; call `finish` after the last line. */
export class Stitcher {
  private readonly lookahead: number
  private readonly open = new Map<number, CallInterval>()
  private presence = new Presence()
  private cut: CallInterval | undefined
  /** The last call of which only the entry half was printed. */
  private half: CallInterval | undefined
  /** Leaders whose place a thread has taken of which no execve is shown, as in the files of -ff. */
  private readonly superseded = new Set<number>()
  /** Of these no more is printed than that they end, if that. */
  private readonly leaving = new Set<number>()
  /** Not all lines bear a pid, as where strace writes to the terminal of the program that it traces. */
  private onTerminal = false
  /** A line of strace was read. */
  private hasBegun = false
  /** All who were traced are gone, or go: which lines can only be those of another command. */
  private over: 'none' | 'execve' | 'calls' = 'none'
  private queue: StitchEvent[] = []
  private head = 0
  private lastLine = 0

  constructor(options: StitchOptions = {}) {
    this.lookahead = options.lookahead ?? 10_000
  }

  /** Read one line of text; `line` is its 1-based number. */
  read(text: string, line: number): void {
    this.push(scanLine(text, line))
  }

  /** Read a line of a batch, unless it is empty. A last line without a newline counts only if its end is seen to be there. */
  readFrom({ firstLine, lines, endsMidLine }: LineBatch, index: number): void {
    const text = lines[index]!
    const line = firstLine + index
    if (text === '') return
    if (endsMidLine && index === lines.length - 1 && !/(?:>|\+\+\+|---)$/.test(text)) {
      this.queue.push(words('cut', line, text))
    } else this.read(text, line)
  }

  push(seen: StraceLine): void {
    this.lastLine = seen.line
    if (seen.kind === 'continuation') this.continueCut(seen)
    else if (seen.kind === 'message') this.hear(seen)
    else if (seen.kind === 'unreadable') {
      // What comes before the first line of strace is another's, as the heading of script(1) is.
      this.queue.push(this.onTerminal || !this.hasBegun ? words('other', seen.line, seen.text) : seen)
    } else {
      this.hasBegun = true
      if (this.over !== 'none' && isCall(seen) && (this.over === 'calls' || seen.name === 'execve'))
        this.beginAnew(seen.line)
      const pid = this.pidOf(seen) ?? this.late(seen) ?? this.leaderFor(seen) ?? this.survivor(seen)
      if (pid === undefined) this.stray(seen, unnamed, 'several processes are left, and the line names none')
      else this.place(seen, pid)
    }
  }

  /** No more lines: calls still open are `cut off`. */
  finish(): void {
    this.presence.leave(unnamed)
    for (const pid of [...this.open.keys()]) this.close(pid, 'cut off')
  }

  /** The next event that is due, oldest first; undefined if none is. */
  next(): StitchEvent | undefined {
    const event = this.queue[this.head]
    if (event === undefined || this.waits(event)) return undefined
    this.head++
    if (this.head > 1024 && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head)
      this.head = 0
    }
    return event
  }

  /** All events that are due. */
  take(): StitchEvent[] {
    const due: StitchEvent[] = []
    for (let event = this.next(); event; event = this.next()) due.push(event)
    return due
  }

  private waits(event: StitchEvent): boolean {
    if (this.lastLine - event.line >= this.lookahead) return false
    if (event.kind === 'enter' && event.call.end === 'open') return true
    return this.presence.firstIsUnnamed() && isUnnamed(event)
  }

  private place(seen: PlacedLine, pid: number): void {
    switch (seen.kind) {
      case 'call':
        this.leave(this.enter(seen, pid, 'returned'), seen, pid)
        break
      case 'unfinished':
        this.half = this.enter(seen, pid, seen.detached ? 'detached' : 'open')
        break
      case 'resumed':
        this.resume(seen, pid)
        break
      case 'cut':
        this.cut = this.enter(this.withoutWords(seen), pid, 'open')
        if (seen.message !== '') this.hear(scanLine(seen.message, seen.line))
        break
      case 'superseded':
        this.supersede(seen, pid)
        break
      case 'exited':
      case 'killed':
        this.close(pid, 'died')
        this.ends(pid)
        if (this.presence.isOfOne()) this.over = 'calls'
        this.presence.leave(pid)
        this.leaving.delete(pid)
        this.queue.push(withPid(seen, pid))
        break
      case 'signal':
      case 'stopped':
        this.queue.push(withPid(seen, pid))
    }
  }

  /** What others write meanwhile is not among the arguments of the call that it cuts in two. */
  private withoutWords(seen: CutLine): CutLine {
    if (isWriting(seen.name)) return seen
    for (const { name, args } of this.open.values()) {
      const words = name === 'write' ? firstLineOf(args) : ''
      if (words !== '' && seen.args.endsWith(words)) return { ...seen, args: seen.args.slice(0, -words.length) }
    }
    return seen
  }

  /** strace ends when all whom it traces have ended, so what follows was written by another (-A, or files put together). */
  private beginAnew(line: number): void {
    this.finish()
    this.presence = new Presence()
    this.leaving.clear()
    this.superseded.clear()
    this.cut = this.half = undefined
    this.over = 'none'
    this.queue.push({ kind: 'anew', line, pid: unnamed })
  }

  /** Some end, or are about to, and perhaps all. */
  private ends(pid: number): void {
    const isOver = this.presence.isOver((one) => one === pid || this.leaving.has(one))
    this.over = isOver ? 'execve' : 'none'
  }

  private stray(seen: StraceLine, pid: number, why: string): void {
    this.queue.push({ kind: 'stray', line: seen.line, pid, why })
  }

  /** The pid of a line; for a line without one, the only process there is. */
  private pidOf(seen: PlacedLine): number | undefined {
    if (seen.pid === unnamed) {
      this.onTerminal = true
      return this.presence.only()
    }
    const canBeFirst = seen.kind === 'resumed' || !this.open.has(unnamed)
    if (this.presence.arrive(seen.pid, canBeFirst)) this.nameFirst(seen.pid, seen.line)
    return seen.pid
  }

  /** A whole call that was begun before there were others. */
  private late(seen: PlacedLine): number | undefined {
    if (seen.kind !== 'call' || seen.pid !== unnamed) return undefined
    const pid = this.presence.late()
    return pid === undefined || this.open.has(pid) ? undefined : pid
  }

  /** Whose place another thread takes that executes a program: of the two, the last ones, it is the one which does not. */
  private leaderFor(seen: PlacedLine): number | undefined {
    if (seen.kind !== 'superseded') return undefined
    const [leader, ...others] = this.presence.all().filter((one) => one !== seen.by)
    return others.length === 0 ? leader : undefined
  }

  /**
   * The process of a line without a pid, though several are not known to be dead: strace is told not to say that processes
   * exit (-qqq). All others are gone then. Undefined if the line could be that of several.
   */
  private survivor(seen: PlacedLine): number | undefined {
    const ended = seen.kind === 'signal' ? ENDED.exec(seen.info)?.[1] : undefined
    if (ended !== undefined) this.leaving.add(Number(ended))
    const isPossible = (pid: number): boolean => {
      const call = this.open.get(pid)
      if (seen.kind === 'resumed') return call?.name === seen.name
      return call === undefined
    }
    const [pid, ...others] = this.presence.all().filter((one) => !this.leaving.has(one) && isPossible(one))
    if (pid === undefined || others.length > 0) return undefined
    for (const other of this.presence.all()) {
      if (other === pid) continue
      this.close(other, 'died')
      this.presence.leave(other)
    }
    this.leaving.clear()
    return pid
  }

  /** The first process printed no pid while it was alone; events still waiting can yet be told its name. */
  private nameFirst(pid: number, line: number): void {
    for (let at = this.head; at < this.queue.length; at++) {
      const event = this.queue[at]!
      if (!isUnnamed(event)) continue
      if (event.kind === 'enter') event.call.pid = pid
      this.queue[at] = { ...event, pid }
    }
    const call = this.open.get(unnamed)
    if (call) {
      this.open.delete(unnamed)
      call.pid = pid
      this.open.set(pid, call)
    }
    this.queue.push({ kind: 'named', line, pid })
  }

  private enter(seen: CallLine | UnfinishedLine | CutLine, pid: number, end: CallEnd): CallInterval {
    if (this.open.size > 0) this.close(pid, 'lost')
    const { line, time, name, args } = seen
    const call: CallInterval = {
      pid,
      name,
      entryArgs: args,
      args,
      enterLine: line,
      enterTime: time,
      leaveLine: undefined,
      result: undefined,
      duration: undefined,
      end,
    }
    if (end === 'open') this.open.set(pid, call)
    else if (end === 'detached') this.presence.leave(pid)
    this.queue.push({ kind: 'enter', line, pid, time, call })
    return call
  }

  private resume(seen: ResumedLine, pid: number): void {
    let call = this.open.get(pid)
    if (seen.name.startsWith('execve') && call?.name !== seen.name) {
      // Another thread has become the leader; -qqq hides the line that says so.
      const others = [...this.open].filter(([, { name }]) => name === seen.name)
      if (others.length === 1) {
        this.close(pid, 'died')
        this.open.delete(others[0]![0])
        this.presence.leave(others[0]![0])
        this.open.set(pid, (call = others[0]![1]))
      }
    }
    if (call === undefined && seen.name.startsWith('execve') && this.superseded.delete(pid)) {
      this.leave(this.enter({ ...seen, kind: 'call', args: UNSEEN_EXECVE }, pid, 'returned'), seen, pid)
      return
    }
    if (call === undefined && seen.name === '???' && seen.result.kind === 'none') {
      this.leaving.add(pid)
      return
    }
    if (call === undefined) {
      this.stray(seen, pid, `${seen.name} is resumed, but its beginning is not in the capture`)
      return
    }
    if (call.name !== seen.name && call.name !== '???' && seen.name !== '???') {
      this.stray(
        seen,
        pid,
        `${seen.name} is resumed, but the thread is inside ${call.name} since line ${call.enterLine}`,
      )
      return
    }
    this.open.delete(pid)
    call.args += seen.args
    this.leave(call, seen, pid)
  }

  private leave(call: CallInterval, seen: CallLine | ResumedLine | ContinuationLine, pid: number): void {
    const { line, time, result, duration } = seen
    call.leaveLine = line
    call.result = result
    call.duration = duration
    call.end = result?.kind === 'none' ? 'died' : 'returned'
    if (result?.kind === 'none') {
      this.leaving.add(pid)
      this.ends(pid)
    } else if (this.leaving.size > 0) this.leaving.delete(pid)
    this.queue.push({ kind: 'leave', line, pid, time, call })
    if (result?.kind === 'value' && result.value > 0 && makesTask.has(call.name)) this.presence.fork(result.value)
  }

  private continueCut(seen: ContinuationLine): void {
    // Under -z the result of a call that was unfinished follows on the next line, without a prefix.
    const call = this.cut ?? (this.half?.enterLine === seen.line - 1 ? this.half : undefined)
    if (call?.end !== 'open') {
      this.stray(seen, unnamed, 'this looks like the rest of a call, but no line before it was cut')
      return
    }
    this.cut = undefined
    // The last line of what it wrote is none of its arguments.
    if (!isWriting(call.name) || !/\d$/.test(call.args)) call.args += seen.args
    if (seen.result === undefined) return
    this.open.delete(call.pid)
    this.leave(call, seen, call.pid)
  }

  /** strace's own words come between lines, or in the middle of one. */
  private hear(seen: StraceLine): void {
    if (seen.kind !== 'message') return
    if (seen.about === 'attached') {
      this.onTerminal = true
      this.presence.attach(seen.subject)
    }
    if (seen.about === 'detached') {
      this.close(seen.subject, 'detached')
      this.presence.leave(seen.subject)
    }
    this.queue.push(seen)
  }

  /** The thread `by` lives on as the leader, and its execve returns there; what the leader was doing is over. */
  private supersede(seen: SupersededLine, leader: number): void {
    this.close(leader, 'died')
    const execve = this.open.get(seen.by)
    if (execve) {
      this.open.delete(seen.by)
      this.open.set(leader, execve)
    } else this.superseded.add(leader)
    this.presence.leave(seen.by)
    this.queue.push(withPid(seen, leader))
  }

  private close(pid: number, end: CallEnd): void {
    const call = this.open.get(pid)
    if (call === undefined) return
    call.end = end
    this.open.delete(pid)
  }
}

const isCall = (seen: PlacedLine): seen is CallLine | UnfinishedLine =>
  seen.kind === 'call' || seen.kind === 'unfinished'

/** What is no line of strace, or none that has its end. */
const words = (about: 'cut' | 'other', line: number, text: string): MessageLine => ({
  kind: 'message',
  line,
  pid: unnamed,
  time: undefined,
  about,
  subject: 0,
  text,
})

/** Whether the event is about the process whose pid is not known yet. */
function isUnnamed(event: StitchEvent): boolean {
  return event.pid === unnamed && event.kind !== 'message' && event.kind !== 'unreadable' && event.kind !== 'stray'
}

/** The line with the pid of the process that it was found to be about. */
function withPid<Line extends PlacedLine>(seen: Line, pid: number): Line {
  return seen.pid === pid ? seen : { ...seen, pid }
}

/** The events of lines read a batch at a time, in order; `lookahead` as above. Empty lines are passed over. */
export function* stitch(batches: Iterable<LineBatch>, options: StitchOptions = {}): Generator<StitchEvent, void> {
  const stitcher = new Stitcher(options)
  for (const batch of batches) {
    for (let index = 0; index < batch.lines.length; index++) {
      stitcher.readFrom(batch, index)
      for (let event = stitcher.next(); event; event = stitcher.next()) yield event
    }
  }
  stitcher.finish()
  yield* stitcher.take()
}

/** As `stitch`, for a capture that is still being read: the events that each batch makes due. If reading fails, after all events before. */
export async function* stitchStream(
  batches: AsyncIterable<LineBatch>,
  options: StitchOptions = {},
): AsyncGenerator<StitchEvent[], void> {
  const stitcher = new Stitcher(options)
  let failure: Error | undefined
  try {
    for await (const batch of batches) {
      for (let index = 0; index < batch.lines.length; index++) stitcher.readFrom(batch, index)
      yield stitcher.take()
    }
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
  }
  stitcher.finish()
  yield stitcher.take()
  if (failure) throw failure
}
