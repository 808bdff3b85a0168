import { boot, FIRST } from '../model/boot.ts'
import { linux } from '../model/linux.ts'
import type { Rules } from '../model/rules.ts'
import { Checker } from './check/checker.ts'
import type { UndecidedLine, Violation } from './check/verdict.ts'
import { Stitcher } from './strace/stitch.ts'

/**
 * A short history in strace's notation, written by hand: processes are P0, P1 ... instead of pids, System V objects S0
 * (semaphores), M0 (memory), Q0 (queues). P0 is a child of the namespace's init, in init's group and session, and has no
 * descriptor open. Nobody traces it: signals that are ignored leave no line.
 */
export interface Transcript {
  /** A sentence about Linux. */
  readonly title: string
  /** Linux allows the history; or it forbids the last line, and allows all before it. */
  readonly expect: 'allowed' | 'forbidden'
  readonly lines: readonly string[]
  /** 1-based line of the title in its file. */
  readonly at: number
}

/** The transcripts of a file: each starts with `# allowed: sentence` or `# forbidden: sentence`. */
export function readTranscripts(text: string, file: string): Transcript[] {
  const found: { title: string; expect: 'allowed' | 'forbidden'; lines: string[]; at: number }[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const head = /^# (allowed|forbidden): (.+)$/.exec(line)
    if (head) {
      found.push({ title: head[2]!, expect: head[1] as 'allowed' | 'forbidden', lines: [], at: index + 1 })
    } else if (line.trim() !== '' && !line.startsWith('#')) {
      const last = found.at(-1)
      if (last === undefined)
        throw new Error(`${file}:${index + 1}: expected "# allowed: ..." or "# forbidden: ..." before this line`)
      last.lines.push(line)
    }
  }
  return found
}

/**
 * What the model says of the lines of a transcript, as if nobody else were there. Line numbers are 1-based within it.
 * Throws where one of them is none.
 */
export function checkTranscript(
  lines: readonly string[],
  rules: Rules = linux,
): { readonly violations: readonly Violation[]; readonly undecided: readonly UndecidedLine[] } {
  const checker = new Checker(
    { kernel: boot(rules), first: FIRST },
    { closed: true, byHand: true, inheritedKnown: true },
  )
  const stitcher = new Stitcher({ lookahead: Infinity })
  lines.forEach((line, index) => stitcher.read(withNumbers(line), index + 1))
  stitcher.finish()
  for (const event of stitcher.take()) {
    if (event.kind === 'message') throw new Error(`line ${event.line}: "${event.text}" is no call, signal or end`)
    checker.see(event)
  }
  const { violations, undecided } = checker.ground
  return { violations, undecided }
}

/** The number that stands for P0. */
export const FIRST_PID = 1000

/** P3 is pid 1003: strace's own notation knows numbers only. Quoted text is left alone. */
export function withNumbers(line: string): string {
  return line.replace(/"(?:\\.|[^"\\])*"|\b([PSMQ])(\d+)\b/g, (whole, letter: string | undefined, digits: string) => {
    if (letter === undefined) return whole
    return letter === 'P' ? String(FIRST_PID + Number(digits)) : digits
  })
}
