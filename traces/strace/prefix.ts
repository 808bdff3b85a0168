/**
 * What stands before the call: `31868 1795325566.755847 `, `[pid 31868] `, `31868<comm> `, `12:00:07.235140 `,
 * `12:00:07.235140 (+     0.000031) `, `     0.000031 `, and of -i and -n `[00007f31b94b1a20] [   3] `; each may be missing.
 */
import { skipAnnotation } from './brackets.ts'

export interface Prefix {
  /** 0 if the line names no process. */
  readonly pid: number
  /** Seconds, or undefined. */
  readonly time: number | undefined
  /** Where the prefix ends and the rest starts. */
  readonly end: number
}

/** PID_MAX_LIMIT of the kernel: a larger whole number at the start of a line is a time. */
const pidLimit = 4_194_304

export function scanPrefix(text: string): Prefix {
  let pid = 0
  let time: number | undefined
  let at = 0
  if (text.charCodeAt(0) === 0x5b /* [ */ && text.startsWith('[pid ')) {
    at = skipSpaces(text, 5)
    for (; isDigit(text.charCodeAt(at)); at++) pid = pid * 10 + text.charCodeAt(at) - 0x30
    if (text.charCodeAt(at) === 0x3c /* < */) at = skipAnnotation(text, at)
    if (!text.startsWith('] ', at)) return { pid: 0, time, end: 0 }
    at = skipSpaces(text, at + 1)
  }
  for (;;) {
    const start = at
    at = skipSpaces(text, at)
    const isFirst = at === 0
    const first = text.charCodeAt(at)
    if (isDigit(first)) {
      let number = 0
      let code = first
      do {
        number = number * 10 + code - 0x30
        code = text.charCodeAt(++at)
      } while (isDigit(code))
      // strace puts blanks before a time (--relative-timestamps=s), never before a pid.
      const isPid = code === 0x20 && pid === 0 && time === undefined && number <= pidLimit && isFirst
      if (isPid) pid = number
      else if (code === 0x3c && pid === 0 && time === undefined) {
        pid = number
        at = skipAnnotation(text, at)
      } else if (code === 0x3a /* : */ && time === undefined) {
        for (; code === 0x3a;) {
          let part = 0
          for (code = text.charCodeAt(++at); isDigit(code); code = text.charCodeAt(++at)) part = part * 10 + code - 0x30
          number = number * 60 + part
        }
        time = number
      } else if (time === undefined) time = number
      else return { pid, time, end: start }
      if (code === 0x2e /* . */) {
        let fraction = 0
        let scale = 1
        for (code = text.charCodeAt(++at); isDigit(code); code = text.charCodeAt(++at)) {
          fraction = fraction * 10 + code - 0x30
          scale *= 10
        }
        time = number + fraction / scale
      }
      if (text.charCodeAt(at) !== 0x20) return { pid: 0, time: undefined, end: 0 }
      at = skipSpaces(text, at)
    } else if (first === 0x28 /* ( */ && text.charCodeAt(at + 1) === 0x2b /* + */) {
      const close = text.indexOf(') ', at)
      if (close < 0) return { pid, time, end: start }
      at = close + 2
    } else if (first === 0x5b /* [ */) {
      const close = closingBracket(text, at + 1)
      if (close < 0) return { pid, time, end: start }
      at = close + 2
    } else return { pid, time, end: pid === 0 && time === undefined && at > 0 && start === 0 ? 0 : at }
  }
}

/** The `]` of a syscall number (-n), an instruction pointer (-i) or a security context; -1 if the bracket opens something else. */
function closingBracket(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x5d /* ] */) return text.charCodeAt(at + 1) === 0x20 ? at : -1
    const plain = isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
    if (!plain && code !== 0x20 && code !== 0x3f /* ? */ && code !== 0x3a /* : */ && code !== 0x5f /* _ */) return -1
  }
}

function skipSpaces(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) === 0x20) at++
  return at
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
