/** What follows ` = `: a number, an error, a restart code of the kernel, or nothing. */
import { skipAnnotation } from './brackets.ts'

/**
 * The result of a call, as strace prints it. `note` is the text after it without the blank between, such as `(Timeout)`,
 * `(flags O_RDONLY|O_LARGEFILE)`, `([{fd=4, revents=POLLOUT}])`, the comment of a pid in another namespace, or ''.
 *
 * - `value`: a number, decimal, octal or hexadecimal (above 2^53 rounded); `annotation` is what -y or -Y put after it,
 *   with its angle brackets: `</etc/ld.so.cache>`, `</tmp/gone>(deleted)`, or ''.
 * - `error`: -1 and the name of the errno; `ERRNO_513` if strace knew only its number.
 * - `restart`: the call was interrupted and may be restarted; `code` is ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND or
 *   ERESTART_RESTARTBLOCK (the kernel's, never seen by the program).
 * - `none`: `= ?`: the thread exited, or was killed inside the call.
 */
export type Result =
  | { readonly kind: 'value'; readonly value: number; readonly annotation: string; readonly note: string }
  | { readonly kind: 'error'; readonly errno: string; readonly note: string }
  | { readonly kind: 'restart'; readonly code: string; readonly note: string }
  | { readonly kind: 'none'; readonly note: string }

const plainNone: Result = { kind: 'none', note: '' }

/** Read a result that starts at `from` and ends before `end`; undefined if it is none. */
export function readResult(text: string, from: number, end: number): Result | undefined {
  const first = text.charCodeAt(from)
  if (first === 0x3f /* ? */) return readNone(text, from + 1, end)
  const negative = first === 0x2d
  let at = negative ? from + 1 : from
  const start = at
  let value = 0
  let digit = digitOf(text.charCodeAt(at))
  if (digit === 0 && text.charCodeAt(at + 1) === 0x78 /* x */) {
    at += 2
    for (digit = digitOf(text.charCodeAt(at)); digit < 16; digit = digitOf(text.charCodeAt(++at)))
      value = value * 16 + digit
  } else {
    const base = digit === 0 ? 8 : 10
    for (; digit < base; digit = digitOf(text.charCodeAt(++at))) value = value * base + digit
  }
  if (at === start || at > end) return undefined
  if (at === end) return { kind: 'value', value: negative ? -value : value, annotation: '', note: '' }
  if (negative && value === 1) {
    const error = readErrno(text, at, end)
    if (error !== undefined) return error
  }
  let annotation = ''
  if (text.charCodeAt(at) === 0x3c /* < */) {
    const annotationStart = at
    at = skipAnnotation(text, at)
    if (text.startsWith('(deleted)', at)) at += 9
    annotation = text.slice(annotationStart, at)
  }
  if (at < end && text.charCodeAt(at) !== 0x20) return undefined
  return { kind: 'value', value: negative ? -value : value, annotation, note: noteAt(text, at, end) }
}

function readErrno(text: string, at: number, end: number): Result | undefined {
  if (text.startsWith(' (errno ', at)) {
    const close = text.indexOf(')', at)
    if (close > 0)
      return { kind: 'error', errno: `ERRNO_${text.slice(at + 8, close)}`, note: noteAt(text, close + 1, end) }
  }
  if (text.charCodeAt(at + 1) !== 0x45 /* E */) return undefined
  const nameEnd = wordEnd(text, at + 1, end)
  return { kind: 'error', errno: text.slice(at + 1, nameEnd), note: noteAt(text, nameEnd, end) }
}

function readNone(text: string, at: number, end: number): Result | undefined {
  if (at >= end) return plainNone
  if (text.charCodeAt(at) !== 0x20) return undefined
  if (!text.startsWith(' ERESTART', at)) return { kind: 'none', note: noteAt(text, at, end) }
  const nameEnd = wordEnd(text, at + 1, end)
  return { kind: 'restart', code: text.slice(at + 1, nameEnd), note: noteAt(text, nameEnd, end) }
}

function wordEnd(text: string, from: number, end: number): number {
  let at = from
  while (at < end && text.charCodeAt(at) !== 0x20) at++
  return at
}

function noteAt(text: string, at: number, end: number): string {
  return at + 1 < end ? text.slice(at + 1, end) : ''
}

/** 0..15 for a hexadecimal digit, otherwise 99. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  if (code >= 0x61 && code <= 0x66) return code - 0x57
  return 99
}

export interface Duration {
  /** Seconds spent in the call, or undefined if the line does not end with them. */
  readonly seconds: number | undefined
  /** Where the text before it ends. */
  readonly at: number
}

/** Read the ` <0.000018>` that -T puts at the end of a line. */
export function readDuration(text: string): Duration {
  const last = text.length - 1
  const none = { seconds: undefined, at: text.length }
  if (text.charCodeAt(last) !== 0x3e /* > */) return none
  let at = last - 1
  let value = 0
  let scale = 1
  let fraction = 1
  for (; ; at--) {
    const code = text.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) {
      value += (code - 0x30) * scale
      scale *= 10
    } else if (code === 0x2e /* . */ && fraction === 1) fraction = scale
    else break
  }
  if (at === last - 1 || text.charCodeAt(at) !== 0x3c /* < */ || text.charCodeAt(at - 1) !== 0x20) return none
  return { seconds: value / fraction, at: at - 1 }
}
