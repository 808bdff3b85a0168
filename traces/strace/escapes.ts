/** strace's string escapes: C's letters, one to three octal digits, or `\x` and two hexadecimal digits. */

const letters: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  v: '\v',
  f: '\f',
  b: '\b',
  a: '\u0007',
  e: '\u001b',
}

const BACKSLASH = 0x5c

/** The bytes of a string printed by strace, a character a byte (0..255). */
export function unescape(text: string): string {
  let next = text.indexOf('\\')
  if (next < 0) return text
  let bytes = ''
  let at = 0
  while (next >= 0 && next + 1 < text.length) {
    bytes += text.slice(at, next)
    at = next + 1
    const code = text.charCodeAt(at)
    const hex = code === 0x78 /* x */ && digitsFrom(text, at + 1, 16, 2) === 2 ? 2 : 0
    const octal = digitsFrom(text, at, 8, 3)
    if (hex > 0) {
      bytes += String.fromCharCode(Number.parseInt(text.slice(at + 1, at + 3), 16))
      at += 3
    } else if (octal > 0) {
      bytes += String.fromCharCode(Number.parseInt(text.slice(at, at + octal), 8) & 0xff)
      at += octal
    } else {
      const letter = text.charAt(at)
      bytes += code === BACKSLASH ? letter : (letters[letter] ?? letter)
      at++
    }
    next = text.indexOf('\\', at)
  }
  return bytes + text.slice(at)
}

/** How many digits of a base stand there, up to `most`. */
function digitsFrom(text: string, from: number, base: 8 | 16, most: number): number {
  let at = from
  while (at - from < most && isDigitOf(base, text.charCodeAt(at))) at++
  return at - from
}

function isDigitOf(base: 8 | 16, code: number): boolean {
  if (base === 8) return code >= 0x30 && code <= 0x37
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66)
}
