/**
 * Finding where an argument list ends, past strings, comments and annotations that hold anything.
 * The loops compare character codes: they run over every character of a capture.
 */

const quote = 0x22
const open = 0x28
const close = 0x29
const minus = 0x2d
const slash = 0x2f
const less = 0x3c
const greater = 0x3e
const backslash = 0x5c

/**
 * From inside an argument list to its end: the position of the `)` that closes it, or of the `<unfinished ...>` or
 * `<detached ...>` that stands instead, or the length of the text.
 */
export function scanArguments(text: string, from: number): number {
  const end = text.length
  let depth = 0
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code > less) continue
    if (code === quote) at = closingQuote(text, at)
    else if (code === open) depth++
    else if (code === close) {
      if (depth === 0) return at
      depth--
    } else if (code === less) {
      if (isMark(text, at)) return at
      at = text.charCodeAt(at + 1) === less ? at + 1 : skipAnnotation(text, at) - 1
    } else if (code === slash && text.charCodeAt(at + 1) === 0x2a /* * */) at = closingComment(text, at)
  }
  return end
}

function isMark(text: string, at: number): boolean {
  return text.startsWith('<unfinished ...>', at) || text.startsWith('<detached ...>', at)
}

/** The position of the quote that closes the string opened at `at`, or the length of the text. */
export function closingQuote(text: string, at: number): number {
  let found = at
  for (;;) {
    found = text.indexOf('"', found + 1)
    if (found < 0) return text.length
    let before = found - 1
    while (text.charCodeAt(before) === backslash) before--
    if ((found - before) % 2 === 1) return found
  }
}

/** The position of the last character of a comment, in which others may stand, or the length of the text. */
export function closingComment(text: string, at: number): number {
  let inside = at + 2
  for (;;) {
    const found = text.indexOf('*/', inside)
    if (found < 0) return text.length
    if (text.lastIndexOf('/*', found) < inside) return found + 1
    inside = closingComment(text, text.indexOf('/*', inside)) + 1
  }
}

/**
 * Past an annotation `<...>` that opens at `at`: a path, a socket, a comm. They nest (`</dev/null<char 1:3>>`), hold
 * strings, and hold `->` between two ends of a connection; strace escapes `<`, `>` and `"` of file names.
 */
export function skipAnnotation(text: string, at: number): number {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === less) depth++
    else if (code === greater) {
      if (text.charCodeAt(i - 1) === minus && isPeer(text.charCodeAt(i + 1))) continue
      depth--
      if (depth === 0) return i + 1
    } else if (code === backslash) i++
    else if (code === quote) i = closingQuote(text, i)
  }
  return text.length
}

/** What follows an arrow: an inode or an address. A file name may end in `-`, but then no digit follows its `>`. */
function isPeer(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x5b /* [ */
}
