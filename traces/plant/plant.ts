// Copies of captures with exactly one fault in each: something that Linux cannot have done.
import type { History } from './history.ts'

/** A fault planted in a capture. */
export interface Plant {
  /** Lines of the capture, by number from 1, and what stands there instead. */
  readonly changes: ReadonlyMap<number, readonly string[]>
  /** The line of the capture whose replacement shows the fault, and which line of the replacement does. */
  readonly shows: readonly [line: number, nth: number]
  /** What the explanation has to name: what Linux would have done. */
  readonly truth: RegExp
}

/** A class of faults. */
export interface FaultClass {
  readonly name: string
  /** What a kernel with the fault does, a sentence without subject. */
  readonly does: string
  /** Outside actors, or what was so before the capture began, could have caused it: planted only where a capture says that there are none. */
  readonly onlyClosed?: true
  /** Every place where it can be planted. */
  readonly find: (history: History) => readonly Plant[]
}

/** The capture with the fault, and the number of the line in it that shows it. */
export function planted({ lines }: History, { changes, shows: [line, nth] }: Plant): { text: string; line: number } {
  const copy: string[] = []
  let at = 0
  lines.forEach((text, index) => {
    if (index + 1 === line) at = copy.length + 1 + nth
    copy.push(...(changes.get(index + 1) ?? [text]))
  })
  return { text: `${copy.join('\n')}\n`, line: at }
}

/** A line with another result; the duration stays. */
export const withResult = (line: string, result: string): string =>
  line.replace(/^(.*\) *)= .*?( <\d+\.\d+>)?$/, (_, before: string, after: string | undefined) => {
    return `${before}= ${result}${after ?? ''}`
  })

/** What follows `= ` on a line, without the duration. */
export const resultText = (line: string): string => /^.*\) *= (.*?)(?: <\d+\.\d+>)?$/.exec(line)?.[1] ?? ''

/** One line is changed. */
export const changed = (line: number, text: string, truth: RegExp): Plant => ({
  changes: new Map([[line, [text]]]),
  shows: [line, 0],
  truth,
})

/** A text as a pattern, not as part of a longer word or number. */
export const exactly = (text: string | number): RegExp =>
  new RegExp(`(?<![\\w-])${String(text).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`)

/** The next line of the same thread; undefined if it has none. */
export function nextOf({ pids }: History, line: number, pid = pids[line]!): number | undefined {
  const next = pids.indexOf(pid, line + 1)
  return next < 0 ? undefined : next
}
