import * as fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { checkText } from './check-capture.ts'
import { CaptureError } from '../strace/capture-error.ts'
import { explain } from './explain.ts'

const folder = new URL('../captures/', import.meta.url)
const LARGEST = 300_000

/** What it says of the whole, as that nobody else acted, is not true of a part. */
const HEADER = /^#.*\n/gm

const textOf = (name: string): string => {
  const bytes = readFileSync(new URL(name, folder))
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')
  return text.replace(HEADER, '')
}

/** The captures of this folder and its subfolder of real programs that are no longer than need be, by name. */
const captures = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.strace(\.gz)?$/.test(name))
    .map((name): [string, string] => [name, textOf(name)])
    .filter(([, text]) => text.length < LARGEST),
)

/** A number from 0 to 1 chooses. */
type Part = (lines: readonly string[], first: number, second: number) => readonly string[]

const at = <T>(items: readonly T[], choice: number): T | undefined => items[Math.floor(choice * items.length)]

/** The number at the beginning of a line, which is its thread's in most forms. */
const threadOf = (line: string): string | undefined => /^(?:\[pid +)?(\d+)[\] <]/.exec(line)?.[1]
const threadsOf = (lines: readonly string[]): string[] => [
  ...new Set(lines.map(threadOf).filter((thread) => thread !== undefined)),
]

/** What begins with execve looks like a whole. */
function from(lines: readonly string[], first: number): readonly string[] {
  const place = Math.floor(first * lines.length)
  return lines.slice(lines.findIndex((line, index) => index >= place && !/execve/.test(line)))
}

/** What people cut out of captures. */
const PARTS: Readonly<Record<string, Part>> = {
  'the beginning': (lines, first) => lines.slice(0, Math.ceil(first * lines.length)),
  'the end': (lines, first) => from(lines, first),
  'the middle': (lines, first, second) => from(lines, first).slice(0, Math.floor(second * lines.length)),
  'one thread': (lines, first) => {
    const thread = at(threadsOf(lines), first)
    return lines.filter((line) => threadOf(line) === thread)
  },
  'all threads but one': (lines, first) => {
    const thread = at(threadsOf(lines), first)
    return lines.filter((line) => threadOf(line) !== thread)
  },
  'what has no ends': (lines) => lines.filter((line) => !line.includes('+++ ')),
}

it('a part of what Linux did is nothing that it cannot do', async () => {
  const choice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...captures.keys()),
      fc.constantFrom(...Object.keys(PARTS)),
      choice,
      choice,
      async (name, part, first, second) => {
        const cut = PARTS[part]!(captures.get(name)!.split('\n'), first, second)
        const verdict = await checkText(cut.join('\n')).catch((error: unknown) => {
          if (error instanceof CaptureError) return undefined
          throw error
        })
        expect(verdict?.violations ?? [], verdict && explain(verdict)).toEqual([])
      },
    ),
    { numRuns: 150 },
  )
})
