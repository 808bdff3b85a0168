/**
 * One line of strace's text to one value. The forms are those of strace(1) 4.x to 6.x, with or without a pid column,
 * time stamps, durations and annotations; a line that has none of them is `unreadable`, never dropped.
 *
 * Arguments stay text: most lines are never asked for theirs (see args.ts).
 */
import { scanArguments } from './brackets.ts'
import { nameAt } from './names.ts'
import { scanPrefix } from './prefix.ts'
import { readDuration, readResult } from './result.ts'
import type { Result } from './result.ts'
import { signalNumber } from './signals.ts'
import { endOfSpoken, endOfWrite, showsItsText } from './spoken.ts'

/** The pid of a line that names none: strace without -f, or the only process left in the `[pid N]` form. */
export const unnamed = 0

interface Head {
  /** 1-based place in the file; 0 when the caller gave none. */
  readonly line: number
  /** The pid column, or `unnamed`. */
  readonly pid: number
  /** Seconds: since the epoch (-ttt), since midnight (-t, -tt) or since the line before (-r); undefined without time stamps. */
  readonly time: number | undefined
}

/** A call and its result on one line. */
export interface CallLine extends Head {
  readonly kind: 'call'
  /** The syscall, or `???` if strace could not name it. */
  readonly name: string
  /** The text between the parentheses; for args.ts. */
  readonly args: string
  readonly result: Result
  /** Seconds spent in the call (-T). */
  readonly duration: number | undefined
}

/** The entry half of a call. `detached`: strace let go of the process here, and no other half will come. */
export interface UnfinishedLine extends Head {
  readonly kind: 'unfinished'
  readonly name: string
  /** What was printed before `<unfinished ...>`; may stop after a comma. */
  readonly args: string
  readonly detached: boolean
}

/** The result half of a call. `args` continues the text of the entry half. */
export interface ResumedLine extends Head {
  readonly kind: 'resumed'
  readonly name: string
  readonly args: string
  readonly result: Result
  readonly duration: number | undefined
}

/** A call broken in two by other output on the same terminal (strace without -o): the rest is a `continuation`. */
export interface CutLine extends Head {
  readonly kind: 'cut'
  readonly name: string
  readonly args: string
  /** strace's own words, if it was they that broke the line. */
  readonly message: string
}

/** What follows a cut line: more arguments and either a result, or the news that the call is unfinished (undefined). */
export interface ContinuationLine extends Head {
  readonly kind: 'continuation'
  readonly args: string
  readonly result: Result | undefined
  readonly duration: number | undefined
}

/** The delivery of a signal. `info` is the text of its siginfo, a structure for args.ts; '' if strace printed none. */
export interface SignalLine extends Head {
  readonly kind: 'signal'
  readonly signal: number
  readonly info: string
}

/** A stop by a signal (`--- stopped by SIGSTOP ---`). */
export interface StoppedLine extends Head {
  readonly kind: 'stopped'
  readonly signal: number
}

/** The end of a thread by exit or exit_group. `code` is the exit status, 0..255. */
export interface ExitedLine extends Head {
  readonly kind: 'exited'
  readonly code: number
}

/** The end of a thread by a signal. */
export interface KilledLine extends Head {
  readonly kind: 'killed'
  readonly signal: number
  readonly core: boolean
}

/** The thread `by` called execve and takes over the pid of this line, its leader's. */
export interface SupersededLine extends Head {
  readonly kind: 'superseded'
  readonly by: number
}

/** strace's own words. `subject` is the process that was attached or detached, otherwise 0. `cut`: the last line lacks its end. */
export interface MessageLine extends Head {
  readonly kind: 'message'
  readonly about: 'attached' | 'detached' | 'cut' | 'other'
  readonly subject: number
  readonly text: string
}

/** No known form. `column` is 1-based: where reading stopped. */
export interface UnreadableLine extends Head {
  readonly kind: 'unreadable'
  readonly why: string
  readonly column: number
  readonly text: string
}

export type StraceLine =
  | CallLine
  | UnfinishedLine
  | ResumedLine
  | CutLine
  | ContinuationLine
  | SignalLine
  | StoppedLine
  | ExitedLine
  | KilledLine
  | SupersededLine
  | MessageLine
  | UnreadableLine

const unfinishedMark = '<unfinished ...>'
const detachedMark = '<detached ...>'

/** Read one line, without its newline. `line` is its 1-based number in the file. */
export function scanLine(text: string, line = 0): StraceLine {
  const prefix = scanPrefix(text)
  const at = prefix.end
  const head = { line, pid: prefix.pid, time: prefix.time }
  const first = text.charCodeAt(at)
  const found =
    first === 0x3c /* < */
      ? scanResumed(text, at, head)
      : first === 0x2b /* + */
        ? scanDeath(text, at, head)
        : first === 0x2d /* - */
          ? scanSignal(text, at, head)
          : scanCall(text, at, head)
  if (found !== undefined && found.kind !== 'unreadable') return found
  return (
    scanMessage(text, at, head) ??
    scanBehindText(text, line) ??
    scanContinuation(text, head) ??
    found ??
    noForm(text, at, head)
  )
}

/** A line behind what a program wrote to the same terminal, without an end of line. */
function scanBehindText(text: string, line: number): StraceLine | undefined {
  const from = endOfSpoken(text)
  if (from === undefined) return undefined
  const found = scanLine(text.slice(from), line)
  return found.kind === 'unreadable' || found.kind === 'continuation' ? undefined : found
}

function noForm(text: string, at: number, head: Head): UnreadableLine {
  return unreadable(text, at, head, 'this is none of a call, a signal, an exit or a message of strace')
}

function unreadable(text: string, at: number, head: Head, why: string): UnreadableLine {
  return { kind: 'unreadable', line: head.line, pid: head.pid, time: head.time, why, column: at + 1, text }
}

function scanCall(text: string, at: number, head: Head): StraceLine | undefined {
  let open = at
  while (isNameCode(text.charCodeAt(open))) open++
  if (open === at || text.charCodeAt(open) !== 0x28 /* ( */) return undefined
  const { line, pid, time } = head
  const name = nameAt(text, at, open)
  const close = scanArguments(text, open + 1)
  if (showsItsText(text, name, open + 1, close)) return scanWrite(text, name, open + 1, head) ?? noForm(text, at, head)
  if (text.charCodeAt(close) === 0x29 /* ) */) {
    const equals = equalsAfter(text, close)
    if (equals < 0) return unreadable(text, close, head, "' = ' and a result should follow the arguments")
    const duration = readDuration(text)
    const result = readResult(text, equals, duration.at)
    if (result === undefined) return unreadable(text, equals, head, 'this is no result of a call')
    return {
      kind: 'call',
      line,
      pid,
      time,
      name,
      args: text.slice(open + 1, close),
      result,
      duration: duration.seconds,
    }
  }
  if (close === text.length) return cutCall(text, name, open + 1, head)
  const args = text.slice(open + 1, text.charCodeAt(close - 1) === 0x20 ? close - 1 : close)
  const detached = text.startsWith(detachedMark, close)
  const after = close + (detached ? detachedMark.length : unfinishedMark.length)
  if (after >= text.length) return { kind: 'unfinished', line, pid, time, name, args, detached }
  const result = readKilledResult(text, after)
  if (result === undefined) return unreadable(text, after, head, "the line should end, or go on with ') = ?'")
  return { kind: 'call', line, pid, time, name, args, result, duration: undefined }
}

/** A write to the terminal to which strace writes: its text, without an end of line, stands between its arguments and their end. */
function scanWrite(text: string, name: string, from: number, head: Head): CallLine | UnfinishedLine | undefined {
  const end = endOfWrite(text, name, from)
  const { line, pid, time } = head
  const args = text.slice(from, end)
  if (text.endsWith(` ${unfinishedMark}`)) return { kind: 'unfinished', line, pid, time, name, args, detached: false }
  const close = text.lastIndexOf(') ')
  if (close < end || end >= text.length) return undefined
  const equals = equalsAfter(text, close)
  const duration = readDuration(text)
  const result = equals < 0 ? undefined : readResult(text, equals, duration.at)
  return result && { kind: 'call', line, pid, time, name, args, result, duration: duration.seconds }
}

function scanResumed(text: string, at: number, head: Head): StraceLine | undefined {
  if (!text.startsWith('<... ', at)) return undefined
  let nameEnd = at + 5
  while (isNameCode(text.charCodeAt(nameEnd))) nameEnd++
  if (!text.startsWith(' resumed>', nameEnd))
    return unreadable(text, nameEnd, head, "' resumed>' should follow the name")
  const { line, pid, time } = head
  const name = nameAt(text, at + 5, nameEnd)
  const from = nameEnd + 9
  const close = scanArguments(text, from)
  if (close === text.length) return unreadable(text, close, head, "the line ends before ')' and a result")
  if (text.charCodeAt(close) === 0x29 /* ) */) {
    const equals = equalsAfter(text, close)
    if (equals < 0) return unreadable(text, close, head, "' = ' and a result should follow the arguments")
    const duration = readDuration(text)
    const result = readResult(text, equals, duration.at)
    if (result === undefined) return unreadable(text, equals, head, 'this is no result of a call')
    return { kind: 'resumed', line, pid, time, name, args: text.slice(from, close), result, duration: duration.seconds }
  }
  const after = text.startsWith(unfinishedMark, close) ? close + unfinishedMark.length : close
  const result = readKilledResult(text, after)
  if (result === undefined) return unreadable(text, after, head, "') = ?' should follow")
  const args = text.slice(from, text.charCodeAt(close - 1) === 0x20 ? close - 1 : close)
  return { kind: 'resumed', line, pid, time, name, args, result, duration: undefined }
}

function scanDeath(text: string, at: number, head: Head): StraceLine | undefined {
  if (!text.startsWith('+++ ', at)) return undefined
  if (!text.endsWith(' +++') || text.length < at + 8)
    return unreadable(text, text.length, head, "' +++' should end the line")
  const { line, pid, time } = head
  const says = text.slice(at + 4, -4)
  if (says.startsWith('exited with ')) {
    const code = Number(says.slice(12))
    if (Number.isInteger(code)) return { kind: 'exited', line, pid, time, code }
  }
  if (says.startsWith('killed by ')) {
    const core = says.endsWith(' (core dumped)')
    const signal = signalNumber(core ? says.slice(10, -14) : says.slice(10))
    if (signal !== undefined) return { kind: 'killed', line, pid, time, signal, core }
  }
  if (says.startsWith('superseded by execve in pid ')) {
    const by = Number.parseInt(says.slice(28), 10)
    if (by > 0) return { kind: 'superseded', line, pid, time, by }
  }
  return unreadable(
    text,
    at + 4,
    head,
    "'exited with', 'killed by' or 'superseded by execve in pid' should follow '+++'",
  )
}

function scanSignal(text: string, at: number, head: Head): StraceLine | undefined {
  if (!text.startsWith('--- ', at)) return undefined
  if (!text.endsWith(' ---') || text.length < at + 8)
    return unreadable(text, text.length, head, "' ---' should end the line")
  const { line, pid, time } = head
  const stops = text.startsWith('stopped by ', at + 4)
  const from = stops ? at + 15 : at + 4
  const space = text.indexOf(' ', from)
  const signal = signalNumber(text.slice(from, space))
  if (signal === undefined) return unreadable(text, from, head, 'this is no signal')
  if (stops) return { kind: 'stopped', line, pid, time, signal }
  const info = text.charCodeAt(space + 1) === 0x7b /* { */ ? text.slice(space + 1, -4) : ''
  return { kind: 'signal', line, pid, time, signal, info }
}

/** A call that does not end on its line: what strace itself put there is taken off its arguments. */
function cutCall(text: string, name: string, from: number, head: Head): CutLine {
  const { line, pid, time } = head
  const message = text.lastIndexOf('strace: ')
  const end = message < from ? endOfWrite(text, name, from) : message
  return { kind: 'cut', line, pid, time, name, args: text.slice(from, end), message: text.slice(end) }
}

/** The rest of a cut line bears no prefix, so what looked like one is argument text. */
function scanContinuation(text: string, head: Head): ContinuationLine | undefined {
  if (head.time !== undefined || text.startsWith('[pid ')) return undefined
  const close = scanArguments(text, 0)
  if (close === text.length) return undefined
  const args = text.slice(0, close > 0 && text.charCodeAt(close - 1) === 0x20 ? close - 1 : close)
  const rest = { kind: 'continuation', line: head.line, pid: unnamed, time: undefined } as const
  if (text.charCodeAt(close) === 0x29 /* ) */) {
    const equals = equalsAfter(text, close)
    if (equals < 0) return undefined
    const duration = readDuration(text)
    const result = readResult(text, equals, duration.at)
    return result && { ...rest, args: text.slice(0, close), result, duration: duration.seconds }
  }
  if (!text.startsWith(unfinishedMark, close)) return undefined
  const after = close + unfinishedMark.length
  if (after === text.length) return { ...rest, args, result: undefined, duration: undefined }
  const result = readKilledResult(text, after)
  return result && { ...rest, args, result, duration: undefined }
}

const messagePrefix = /^(?:\S*\/)?strace: /
const attachment = /Process (\d+)(?:<.*>)? (attached|detached)/

/** What strace prints beside calls: a frame of the stack (-k), a line of a dump (-e read=, -e write=), a line of the table at the end (-C). */
const BESIDE =
  /^(?: > | \| [0-9a-f]{5,} |\* \d+ bytes in buffer |% time +seconds |------ -----|[ \d]{2}\d\.\d\d +\d+\.\d+ )/

function scanMessage(text: string, at: number, head: Head): MessageLine | undefined {
  const isBeside = BESIDE.test(text)
  const says = isBeside ? text : text.slice(at)
  const isRest = says === '<detached ...>' || text === ` ${detachedMark}`
  if (!isBeside && !isRest && !messagePrefix.test(says) && !says.startsWith('[ Process PID=')) return undefined
  const { line, pid, time } = head
  const named = isBeside ? undefined : attachment.exec(says)
  if (!named) return { kind: 'message', line, pid, time, about: 'other', subject: 0, text: says }
  const about = named[2] === 'attached' ? 'attached' : 'detached'
  return { kind: 'message', line, pid, time, about, subject: Number(named[1]), text: says }
}

/** After the closing parenthesis: where the result starts, or -1. */
function equalsAfter(text: string, close: number): number {
  let at = close + 1
  while (text.charCodeAt(at) === 0x20) at++
  return at > close + 1 && text.charCodeAt(at) === 0x3d && text.charCodeAt(at + 1) === 0x20 ? at + 2 : -1
}

/** `) = ?` after `<unfinished ...>`: the process died inside the call. */
function readKilledResult(text: string, at: number): Result | undefined {
  if (text.charCodeAt(at) !== 0x29) return undefined
  const equals = equalsAfter(text, at)
  if (equals < 0) return undefined
  const result = readResult(text, equals, text.length)
  return result?.kind === 'none' ? result : undefined
}

/** Letters, digits, `_`, and the `?` of a call that strace could not name. */
function isNameCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x3f
  )
}
