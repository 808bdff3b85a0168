/**
 * A capture from a file or a stream: plain or gzip (told by its content), its header, and its lines in batches.
 *
 * Lines at the top of a capture that start with `#` are its header. Those of the form `# key: value` are kept; the keys in use:
 * - `shows`    what the capture is an example of, a sentence
 * - `kernel`   `uname -srm` of the machine
 * - `strace`   version of strace
 * - `command`  the command line that made it
 * - `program`  the source of the traced program
 * - `closed`   `yes`: nobody outside the capture acted on what it shows
 * - `inherited` the descriptors that the first process had open, such as `0 1 2`
 * - `expect`   the verdict that checking it must give
 * A key given twice keeps both values, joined by a newline.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { CaptureError } from './capture-error.ts'
import { inflate } from './inflate.ts'
import { scanLine } from './lines.ts'

/** The `# key: value` lines at the top of a capture. */
export type CaptureHeader = ReadonlyMap<string, string>

/** Consecutive lines without their newlines; `firstLine` is the 1-based number of the first. */
export interface LineBatch {
  readonly firstLine: number
  readonly lines: readonly string[]
  /** The last line has no newline: the end of it may be missing. */
  readonly endsMidLine: boolean
}

/** A capture being read. */
export interface OpenCapture {
  readonly name: string
  readonly header: CaptureHeader
  /** The lines after the header, once. Throws CaptureError where the capture is damaged, after all lines before the damage. */
  readonly batches: AsyncGenerator<LineBatch, void>
}

/** A capture read to its end, or to where it is damaged. */
export interface Capture {
  readonly name: string
  readonly header: CaptureHeader
  readonly batches: readonly LineBatch[]
  /** Why and where reading stopped early; undefined if it did not. */
  readonly damage: CaptureError | undefined
}

/** Longer than any line of strace: 32 MiB. */
const longestLine = 1 << 25

/** strace may be preceded by output of the program; this many lines of it, not more. */
const patience = 10_000

/** Open a file. Throws CaptureError if it cannot be read, is empty, binary, or does not look like strace's output. */
export async function openCapture(path: string): Promise<OpenCapture> {
  await mustBeFile(path)
  return openStream(createReadStream(path), path)
}

/** As openCapture, for a stream such as standard input; `name` is for messages. */
export async function openStream(source: AsyncIterable<Uint8Array>, name: string): Promise<OpenCapture> {
  const batches = linesOf(inflate(source, name), name)
  const header = new Map<string, string>()
  const held: LineBatch[] = []
  let first = await firstAfterHeader(batches, header)
  if (first === undefined) {
    const why = header.size > 0 ? 'there is only a header' : 'there is no line'
    throw new CaptureError(name, 'empty', 0, `${why}; expected the output of strace`)
  }
  const place = first.firstLine
  while (first !== undefined && !first.lines.some(looksLikeStrace)) {
    held.push(first)
    const next: IteratorResult<LineBatch, void> =
      first.firstLine > patience ? { done: true, value: undefined } : await batches.next()
    first = next.done ? undefined : next.value
  }
  if (first === undefined) {
    throw new CaptureError(name, 'foreign', place, 'no line looks like strace; expected lines like `1234 close(3) = 0`')
  }
  return { name, header, batches: chain([...held, first], batches) }
}

/** Read a whole file. Throws CaptureError if there is nothing to read; damage further on is in the answer. */
export async function readCapture(path: string): Promise<Capture> {
  const { name, header, batches: coming } = await openCapture(path)
  const batches: LineBatch[] = []
  try {
    for await (const batch of coming) batches.push(batch)
  } catch (error) {
    if (!(error instanceof CaptureError) || batches.length === 0) throw error
    return { name, header, batches, damage: error }
  }
  return { name, header, batches, damage: undefined }
}

async function mustBeFile(path: string): Promise<void> {
  try {
    const found = await stat(path)
    if (!found.isDirectory()) return
  } catch (error) {
    throw new CaptureError(path, 'unreadable', 0, `${reasonOf(error)}; expected a strace capture, plain or gzip`)
  }
  throw new CaptureError(path, 'directory', 0, 'this is a directory; expected one strace capture')
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'the file may not be read (permission denied)'
  return error instanceof Error ? error.message : String(error)
}

/** Whole lines, as much as each piece of the source completes. */
async function* linesOf(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<LineBatch, void> {
  const decoder = new TextDecoder()
  let firstLine = 1
  let rest = ''
  try {
    for await (const bytes of source) {
      const zero = bytes.indexOf(0)
      const text = rest + decoder.decode(zero < 0 ? bytes : bytes.subarray(0, zero), { stream: true })
      const lines = text.split('\n')
      rest = lines.pop() ?? ''
      const isPlain = !text.includes('\r')
      if (lines.length > 0) yield { firstLine, lines: isPlain ? lines : lines.map(withoutReturn), endsMidLine: false }
      firstLine += lines.length
      if (zero >= 0)
        throw new CaptureError(name, 'binary', firstLine, 'a zero byte; expected text, as strace prints it')
      if (rest.length > longestLine)
        throw new CaptureError(name, 'binary', firstLine, 'a line of more than 32 MiB; expected lines of text')
    }
  } catch (error) {
    if (error instanceof CaptureError) throw error.line === 0 ? error.at(firstLine) : error
    throw new CaptureError(name, 'unreadable', firstLine, reasonOf(error))
  }
  if (rest !== '') yield { firstLine, lines: [withoutReturn(rest)], endsMidLine: true }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** Take the header off; the first batch of other lines, or undefined if there is none. */
async function firstAfterHeader(
  batches: AsyncGenerator<LineBatch, void>,
  header: Map<string, string>,
): Promise<LineBatch | undefined> {
  for (let next = await batches.next(); !next.done; next = await batches.next()) {
    const { firstLine, lines, endsMidLine } = next.value
    const end = lines.findIndex((line) => line !== '' && !line.startsWith('#'))
    for (const line of end < 0 ? lines : lines.slice(0, end)) addToHeader(header, line)
    if (end >= 0) return { firstLine: firstLine + end, lines: lines.slice(end), endsMidLine }
  }
  return undefined
}

function addToHeader(header: Map<string, string>, line: string): void {
  const colon = line.indexOf(':')
  if (colon < 0) return
  const key = line.slice(1, colon).trim()
  const value = line.slice(colon + 1).trim()
  const before = header.get(key)
  header.set(key, before === undefined ? value : `${before}\n${value}`)
}

async function* chain(held: readonly LineBatch[], others: AsyncIterable<LineBatch>): AsyncGenerator<LineBatch, void> {
  yield* held
  yield* others
}

/** A form that no other text has by chance. */
function looksLikeStrace(line: string): boolean {
  const { kind } = scanLine(line)
  return kind !== 'unreadable' && kind !== 'continuation' && kind !== 'cut'
}
