/**
 * The arguments of a call, taken apart at their commas, each read only when somebody asks for its value: of most calls two
 * or three of them say all that is ever asked. Numbers and names, which are most of them, are read without a parser.
 */
import { isArgumentError, parseValue } from './args.ts'
import { closingComment, closingQuote, skipAnnotation } from './brackets.ts'
import { unescape } from './escapes.ts'
import { detached } from './names.ts'
import type { ArgValue, Field } from './values.ts'

/** The arguments in order. What cannot be read is `unavailable`; `parseArguments` tells why. */
export function splitArguments(text: string): readonly Field[] {
  const fields: Field[] = []
  const { length } = text
  let at = 0
  for (;;) {
    while (text.charCodeAt(at) === space || text.charCodeAt(at) === comma) at++
    if (at >= length) return fields
    const end = endOfField(text, at)
    fields.push(new LazyField(text, at, end))
    at = end
  }
}

class LazyField implements Field {
  readonly name: string
  private readonly text: string
  private readonly start: number
  private readonly end: number
  private parsed: ArgValue | undefined = undefined

  constructor(text: string, start: number, end: number) {
    const nameEnd = endOfName(text, start)
    this.name = nameEnd === start ? '' : text.slice(start, nameEnd)
    this.text = text
    this.start = nameEnd === start ? start : nameEnd + 1
    this.end = end
  }

  get value(): ArgValue {
    return (this.parsed ??= this.read())
  }

  private read(): ArgValue {
    let last = this.end
    while (this.text.charCodeAt(last - 1) === space) last--
    return readValue(this.text.slice(this.start, last))
  }
}

/** The comma after the field that begins at `from`, or the length of the text. */
function endOfField(text: string, from: number): number {
  const { length } = text
  let depth = 0
  for (let at = from; at < length; at++) {
    switch (text.charCodeAt(at)) {
      case comma:
        if (depth <= 0) return at
        break
      case 0x22 /* " */:
        at = closingQuote(text, at)
        break
      case 0x28 /* ( */:
      case 0x5b /* [ */:
      case 0x7b /* { */:
        depth++
        break
      case 0x29 /* ) */:
      case 0x5d /* ] */:
      case 0x7d /* } */:
        depth--
        break
      case 0x3c /* < */:
        at = text.charCodeAt(at + 1) === 0x3c ? at + 1 : skipAnnotation(text, at) - 1
        break
      case 0x2f /* / */:
        if (text.charCodeAt(at + 1) === 0x2a /* * */) at = closingComment(text, at)
    }
  }
  return length
}

/** The `=` after the lower-case name that a few calls print before an argument; `from` if there is none. */
function endOfName(text: string, from: number): number {
  let end = from
  while (isNameCode(text.charCodeAt(end))) end++
  return text.charCodeAt(end) === equals && text.charCodeAt(end + 1) !== greater ? end : from
}

/** Longer texts seldom come back. */
const LONGEST_KNOWN = 64
const MOST_KNOWN = 4096
/** Values that were read before: flags, sets of signals, wait statuses, pairs of descriptors. */
const known = new Map<string, ArgValue>()

const small: readonly ArgValue[] = Array.from({ length: 1024 }, (_, value) => plainNumber(value))

function readValue(text: string): ArgValue {
  const number = readDecimal(text)
  if (number >= 0) return small[number] ?? plainNumber(number)
  const first = text.charCodeAt(0)
  if (first === 0x22 /* " */) return readString(text)
  if (text.length > LONGEST_KNOWN || first === 0x7b /* { */) return parse(text)
  let value = known.get(text)
  if (value === undefined) {
    if (known.size >= MOST_KNOWN) known.clear()
    const own = detached(text)
    value = parse(own)
    known.set(own, value)
  }
  return value
}

/** A string that is all there is, whole or cut; what stands beside others is for the parser. */
function readString(text: string): ArgValue {
  const cut = text.endsWith('"...')
  const end = cut ? text.length - 4 : text.length - 1
  if (closingQuote(text, 0) !== end) return parse(text)
  return { kind: 'string', bytes: unescape(text.slice(1, end)), cut }
}

function parse(text: string): ArgValue {
  const value = parseValue(text)
  return isArgumentError(value) ? { kind: 'unavailable' } : value
}

/** A whole number in decimal notation that a double holds exactly; -1 for any other text. */
function readDecimal(text: string): number {
  const { length } = text
  if (length === 0 || length > 15 || (length > 1 && text.charCodeAt(0) === 0x30)) return -1
  let value = 0
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
  }
  return value
}

function plainNumber(value: number): ArgValue {
  return { kind: 'number', value, exact: undefined, annotation: '', comment: '' }
}

const space = 0x20
const comma = 0x2c
const equals = 0x3d
const greater = 0x3e

const isNameCode = (code: number): boolean => (code >= 0x61 && code <= 0x7a) || code === 0x5f
