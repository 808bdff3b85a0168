/**
 * What a program writes to the terminal to which strace writes stands in strace's lines (strace without -o): behind the
 * arguments of the call that writes it, which has not been seen to return by then; or, when another line came between,
 * before the next line, unless it ended its own.
 */
import { closingQuote } from './brackets.ts'
import { unescape } from './escapes.ts'
import { isDigit } from './prefix.ts'

/** What writes to terminals. Its last argument is a number. */
export const isWriting = (name: string): boolean => name === 'write' || name === 'writev'

/** The arguments of a call that writes, from `from` to `close`, do not end as they do by themselves: in `, ` and a number. */
export function showsItsText(text: string, name: string, from: number, close: number): boolean {
  if (!isWriting(name)) return false
  let at = close - 1
  if (text.charCodeAt(close) === 0x3c /* < */ && text.charCodeAt(at) === 0x20) at--
  // Of an entry half, strace may not have printed all.
  if (at < from || text.charCodeAt(at) === 0x2c /* , */ || close === text.length) return false
  if (name !== 'write' && text.indexOf('], ', from) < 0) return false
  return !COUNT.test(text.slice(Math.max(from, at - LONGEST_COUNT), at + 1))
}

/** The last argument: a number, in hexadecimal where it is shown as it is (-e raw=). */
const COUNT = /, (?:\d+|0x[0-9a-f]+)$/
const LONGEST_COUNT = 24

/** The first line of what a call writes, in one piece and shown in full, from its arguments; '' for any other. */
export function firstLineOf(args: string): string {
  const quote = args.indexOf('"')
  const close = quote < 0 ? args.length : closingQuote(args, quote)
  if (close >= args.length || args.startsWith('...', close + 1)) return ''
  return unescape(args.slice(quote + 1, close)).split('\n', 1)[0]!
}

/** Where the arguments of a call that writes end, if the text that it wrote to the same terminal stands behind them. */
export function endOfWrite(text: string, name: string, from: number): number {
  if (name === 'writev') return endOfVector(text, from)
  if (name !== 'write') return text.length
  const quote = text.indexOf('"', from)
  const close = quote < 0 ? text.length : closingQuote(text, quote)
  if (close >= text.length) return text.length
  const isCut = text.startsWith('...', close + 1)
  const bytes = unescape(text.slice(quote + 1, close)).length
  const shown = `${text.slice(close + 1, close + (isCut ? 6 : 3))}${isCut ? '' : bytes}`
  if (!isCut && text.startsWith(shown, close + 1)) return close + 1 + shown.length
  return endOfNumber(text, close + (isCut ? 6 : 3))
}

function endOfVector(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22 /* " */) at = closingQuote(text, at)
    else if (code === 0x5b /* [ */) depth++
    else if (code === 0x5d /* ] */ && --depth === 0) return endOfNumber(text, at + 3)
  }
  return text.length
}

function endOfNumber(text: string, from: number): number {
  let end = from
  while (isDigit(text.charCodeAt(end))) end++
  return end
}

/** What a line of strace begins with that cannot be mistaken: a pid in brackets, or a time and the beginning of an event. */
const BEGINNING =
  /\[pid +\d+(?:<[^>]*>)?\] |(?:\d\d:\d\d:\d\d|\b1\d{9})(?:\.\d+)? (?:\(\+ +\d+\.\d+\) )?(?=[a-z_][a-z_0-9]*\(|<\.\.\. |--- SIG|\+\+\+ )/

/** Where a line of strace begins behind what a program wrote; undefined if it begins with the text, or not at all. */
export function endOfSpoken(text: string): number | undefined {
  const at = text.search(BEGINNING)
  return at > 0 ? at : undefined
}
