/** The names of syscalls recur on every line: one string for each spares an allocation and later hashing. */

const size = 1024
const seen: string[] = Array.from({ length: size }, () => '')

/** `text.slice(from, end)`, by preference the string that an earlier call returned. */
export function nameAt(text: string, from: number, end: number): string {
  let hash = end - from
  for (let at = from; at < end; at++) hash = (hash * 31 + text.charCodeAt(at)) | 0
  const slot = (hash ^ (hash >>> 10)) & (size - 1)
  const known = seen[slot]!
  if (known.length === end - from && text.startsWith(known, from)) return known
  return (seen[slot] = text.slice(from, end))
}

/** Shorter strings are copies in any case. */
const SHORTEST_PART = 13

/** A copy that stands for itself: a part of a text keeps the whole text in memory. */
export const detached = (text: string): string =>
  text.length < SHORTEST_PART ? text : Buffer.from(text, 'utf16le').toString('utf16le')
