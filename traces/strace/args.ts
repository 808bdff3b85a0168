/**
 * Argument text, or siginfo text, to values. Meant for the few calls that somebody asks about; nothing here throws.
 */
import { closingComment, closingQuote, skipAnnotation } from './brackets.ts'
import { unescape } from './escapes.ts'
import type { ArgValue, Field, FlagsValue, NumberValue } from './values.ts'
import { readWaitStatus } from './wait-status.ts'

/** Text that is no argument list. `column` is 1-based in the text given. */
export interface ArgumentError {
  readonly kind: 'argument-error'
  readonly why: string
  readonly column: number
}

/** Values nest no deeper than this in anything strace prints. */
const deepest = 64

/** The arguments of a call, in order. A list that ends after a comma, as in an entry half, has no value after it. */
export function parseArguments(text: string): readonly Field[] | ArgumentError {
  const parser = new Parser(text)
  const { fields } = parser.list('', 0)
  return parser.error ?? fields
}

/** One value, such as the siginfo of a signal line. */
export function parseValue(text: string): ArgValue | ArgumentError {
  const parser = new Parser(text)
  const value = parser.value(0)
  if (!parser.error) parser.expectEnd()
  return parser.error ?? value
}

export function isArgumentError(parsed: readonly Field[] | ArgValue | ArgumentError): parsed is ArgumentError {
  return 'kind' in parsed && parsed.kind === 'argument-error'
}

const unavailable: ArgValue = { kind: 'unavailable' }

/** After the first error the cursor stands at the end, so that every loop ends. */
class Parser {
  error: ArgumentError | undefined
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** Fields up to the closing character, which is taken; '' is the end of the text. */
  list(closer: '' | ']' | '}' | ')', depth: number): { fields: Field[]; cut: boolean } {
    const fields: Field[] = []
    let cut = false
    for (;;) {
      this.blanks()
      if (this.take(',')) continue
      if (closer !== '' && this.take(closer)) return { fields, cut }
      if (this.at >= this.text.length) {
        if (closer !== '') this.fail(`'${closer}' is missing`)
        return { fields, cut }
      }
      if (closer !== '' && (this.take('...') || this.take('???'))) cut = true
      else fields.push(this.field(depth))
    }
  }

  field(depth: number): Field {
    const name = this.fieldName()
    this.at += name === '' ? 0 : name.length + 1
    return { name, value: this.value(depth) }
  }

  value(depth: number): ArgValue {
    this.blanks()
    const before = this.text.startsWith('=> ', this.at) ? unavailable : this.single(depth)
    this.comment()
    this.blanks()
    return this.take('=>') ? { kind: 'change', before, after: this.value(depth + 1) } : before
  }

  expectEnd(): void {
    this.blanks()
    if (this.at < this.text.length) this.fail('text follows the value')
  }

  private single(depth: number): ArgValue {
    if (depth > deepest) return this.fail('values nest too deeply')
    const code = this.text.charCodeAt(this.at)
    if (code === 0x22 /* " */) return this.string('')
    if (this.text.startsWith('@"', this.at)) {
      this.at++
      return this.string('\0')
    }
    if (this.take('{')) return this.struct(depth)
    if (this.take('~[')) return this.array(true, depth)
    if (this.take('[')) return this.array(false, depth)
    if (this.take('???')) return unavailable
    if (this.take('<... resuming interrupted ')) return this.resuming()
    return this.terms(depth)
  }

  private string(prefix: string): ArgValue {
    const start = this.at + 1
    const end = closingQuote(this.text, this.at)
    if (end >= this.text.length) return this.fail('a string does not end')
    this.at = end + 1
    return { kind: 'string', bytes: prefix + unescape(this.text.slice(start, end)), cut: this.take('...') }
  }

  private struct(depth: number): ArgValue {
    if (this.text.startsWith('WIF', this.at)) return this.waitStatus()
    const { fields, cut } = this.list('}', depth + 1)
    return { kind: 'struct', fields, cut }
  }

  private array(negated: boolean, depth: number): ArgValue {
    const { fields, cut } = this.list(']', depth + 1)
    const items = fields.map(({ name, value }): ArgValue => {
      return name === '' ? value : { kind: 'struct', fields: [{ name, value }], cut: false }
    })
    return { kind: 'array', items, negated, cut }
  }

  private waitStatus(): ArgValue {
    const end = this.text.indexOf('}', this.at)
    if (end < 0) return this.fail("'}' is missing")
    const event = /^ \| (PTRACE_EVENT_\w+|0x[\da-f]+|\d+)(?: \/\*.*?\*\/)? << 16/.exec(this.text.slice(end + 1))
    const status = readWaitStatus(this.text.slice(this.at, end), event?.[1] ?? '')
    if (!status) return this.fail('this is no wait status')
    this.at = end + 1 + (event?.[0].length ?? 0)
    return { kind: 'wait-status', status }
  }

  private resuming(): ArgValue {
    const end = this.text.indexOf(' ...>', this.at)
    if (end < 0) return this.fail("' ...>' is missing")
    const call = this.text.slice(this.at, end)
    this.at = end + 5
    return { kind: 'resuming', call }
  }

  /** Numbers and names joined by `|`, or a macro. Under -X raw the names that would come first are missing: `|0x900`. */
  private terms(depth: number): ArgValue {
    const names: string[] = []
    let bits: Magnitude = 0
    let annotation = ''
    let comment = ''
    this.take('|')
    do {
      const start = this.at
      const code = this.text.charCodeAt(start)
      if (isDigit(code) || code === 0x2d /* - */) {
        const number = this.number()
        if (number === undefined) return this.fail('this is no number')
        if (this.take('<<')) {
          this.word()
          names.push(this.text.slice(start, this.at))
        } else {
          annotation = this.annotation() || annotation
          const said = this.comment()
          if (isNames.test(said)) bits = union(bits, this.named(said, names))
          else bits = union(bits, number)
          comment = said || comment
        }
      } else {
        this.take('&')
        this.word()
        if (this.at === start) return this.fail('a value should stand here')
        if (this.take('(')) {
          const { fields } = this.list(')', depth + 1)
          if (names.length === 0)
            return { kind: 'macro', name: this.text.slice(start, this.text.indexOf('(', start)), args: fields }
        }
        if (this.take('<<')) this.word()
        // Two requests of ioctl have one number: `SNDCTL_TMR_STOP or TCSETSW`.
        let first = start
        while (this.take(' or ')) {
          first = this.at
          this.word()
        }
        const name = this.text.slice(first, this.at)
        if (name !== 'NULL') names.push(name)
      }
      annotation = this.annotation() || annotation
      comment = this.comment() || comment
    } while (this.take('|'))
    return names.length === 0 ? toNumber(bits, annotation, comment) : toFlags(names, bits, annotation, comment)
  }

  /** Adds the names that -X verbose says a number stands for; the bits that have none. */
  private named(comment: string, names: string[]): Magnitude {
    let rest: Magnitude = 0
    for (const word of comment.split('|')) {
      if (word.startsWith('0x')) rest = union(rest, Number(word))
      else names.push(word)
    }
    return rest
  }

  /** `0x1f`, `0644`, `-1`, `8192*1024`. */
  private number(): Magnitude | undefined {
    const negative = this.take('-')
    const start = this.at
    this.word()
    const read = readDigits(this.text, start, this.at)
    if (read === undefined) {
      this.at = start
      return undefined
    }
    const value = negative ? -read : read
    if (!this.take('*')) return value
    const factor = this.number()
    return factor === undefined ? undefined : narrow(BigInt(value) * BigInt(factor))
  }

  private annotation(): string {
    const start = this.at
    if (this.text.charCodeAt(start) !== 0x3c /* < */) return ''
    this.at = skipAnnotation(this.text, start)
    const inner = this.text.slice(start + 1, this.at - 1)
    return this.take('(deleted)') ? `${inner} (deleted)` : inner
  }

  private comment(): string {
    const start = this.text.startsWith(' ', this.at) ? this.at + 1 : this.at
    if (!this.text.startsWith('/*', start)) return ''
    this.at = Math.min(closingComment(this.text, start) + 1, this.text.length)
    return this.text.slice(start + 2, this.at - 2).trim()
  }

  /** The `name` of `name=value`, without moving; '' if the value has no name. */
  private fieldName(): string {
    let end = this.at
    while (isWord(this.text.charCodeAt(end)) || (end > this.at && isInName(this.text.charCodeAt(end)))) end++
    const named = end > this.at && this.text.charCodeAt(end) === 0x3d && this.text.charCodeAt(end + 1) !== 0x3e
    return named ? this.text.slice(this.at, end) : ''
  }

  private word(): void {
    while (isWord(this.text.charCodeAt(this.at))) this.at++
  }

  private blanks(): void {
    while (this.text.charCodeAt(this.at) === 0x20) this.at++
  }

  private take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false
    this.at += token.length
    return true
  }

  private fail(why: string): ArgValue {
    this.error ??= { kind: 'argument-error', why, column: this.at + 1 }
    this.at = this.text.length
    return unavailable
  }
}

/** A whole number: a bigint only where a number would be rounded. */
type Magnitude = number | bigint

function narrow(value: bigint): Magnitude {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function union(a: Magnitude, b: Magnitude): Magnitude {
  return a === 0 ? b : b === 0 ? a : narrow(BigInt(a) | BigInt(b))
}

/** Decimal, octal after `0`, hexadecimal after `0x`; undefined if a character is no digit of the base. */
function readDigits(text: string, start: number, end: number): Magnitude | undefined {
  const leadingZero = text.charCodeAt(start) === 0x30 && end > start + 1
  const hexadecimal = leadingZero && text.charCodeAt(start + 1) === 0x78
  const base = hexadecimal ? 16 : leadingZero ? 8 : 10
  const from = hexadecimal ? start + 2 : start
  let value = 0
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at)
    const digit = isDigit(code) ? code - 0x30 : code >= 0x61 && code <= 0x66 ? code - 0x57 : 99
    if (digit >= base) return undefined
    value = value * base + digit
  }
  if (from >= end) return undefined
  if (value <= Number.MAX_SAFE_INTEGER) return value
  return BigInt(base === 8 ? `0o${text.slice(from, end)}` : text.slice(start, end))
}

function toNumber(bits: Magnitude, annotation: string, comment: string): NumberValue {
  const exact = typeof bits === 'bigint' ? bits : undefined
  return { kind: 'number', value: Number(bits), exact, annotation, comment }
}

function toFlags(names: readonly string[], bits: Magnitude, annotation: string, comment: string): FlagsValue {
  return { kind: 'flags', names, rest: Number(bits), annotation, comment }
}

/** A comment of -X verbose, which says the number that stands before it in names. */
const isNames = /^[A-Z_][A-Z0-9_]*(\|[A-Z_][A-Z0-9_]*|\|0x[0-9a-f]+)*$/

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isWord(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f
}

/** `c_cc[VMIN]=1`, `a.b=1` */
function isInName(code: number): boolean {
  return code === 0x5b || code === 0x5d || code === 0x2e
}
