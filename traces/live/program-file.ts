import { NoProgram } from './transcript-program.ts'

/** A program as it stands in a file. */
export interface WrittenProgram {
  /** A sentence about Linux; undefined of a file that is one program, without a heading. */
  readonly title: string | undefined
  /** 1-based line of the heading. */
  readonly at: number
  readonly lines: readonly string[]
  /** `open`: only that of each process is meant. */
  readonly order: 'given' | 'open'
}

const HEADING = /^# (allowed|forbidden|litmus): (.+)$/

/**
 * The programs of a file: transcripts, and litmus tests, which are written as transcripts are, under `# litmus: sentence`,
 * and leave open in which order calls of different processes are made. Without any heading a file is one transcript.
 *
 * Errors: NoProgram.
 */
export function readPrograms(text: string): WrittenProgram[] {
  const found: (WrittenProgram & { lines: string[] })[] = []
  const all = text.split('\n')
  if (!all.some((line) => HEADING.test(line))) found.push({ title: undefined, at: 1, lines: [], order: 'given' })
  for (const [index, line] of all.entries()) {
    const [, kind, title] = HEADING.exec(line) ?? []
    if (title !== undefined)
      found.push({ title, at: index + 1, lines: [], order: kind === 'litmus' ? 'open' : 'given' })
    else if (line.trim() !== '' && !line.startsWith('#')) {
      const last = found.at(-1)
      if (last === undefined) throw new NoProgram(`line ${index + 1}: a call before the first heading`)
      last.lines.push(line)
    }
  }
  const empty = found.find(({ lines }) => lines.length === 0)
  if (empty !== undefined) throw new NoProgram(`line ${empty.at}: no call in it`)
  return found
}
