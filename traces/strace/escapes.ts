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

/** The bytes of a string printed by strace, a character a byte (0..255). */
export function unescape(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|([0-7]{1,3})|(.))/gs,
    (_, hex?: string, octal?: string, other?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      return letters[other ?? ''] ?? other ?? ''
    },
  )
}
