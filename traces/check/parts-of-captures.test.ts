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
const callOf = (line: string): string | undefined => /(?:^|[ >] ?)(?:<\.\.\. )?(\w+)(?:\(| resumed>)/.exec(line)?.[1]
const valuesOf = (lines: readonly string[], of: (line: string) => string | undefined): string[] => [
  ...new Set(lines.map(of).filter((value) => value !== undefined)),
]

/** What people cut out of captures. */
const PARTS: Readonly<Record<string, Part>> = {
  'the beginning': (lines, first) => lines.slice(0, Math.ceil(first * lines.length)),
  'the end': (lines, first) => lines.slice(Math.floor(first * lines.length)),
  'the middle': (lines, first, second) =>
    lines.slice(Math.floor(first * lines.length), Math.floor(first * lines.length + second * lines.length)),
  'one thread': (lines, first) => {
    const thread = at(valuesOf(lines, threadOf), first)
    return lines.filter((line) => threadOf(line) === thread)
  },
  'all threads but one': (lines, first) => {
    const thread = at(valuesOf(lines, threadOf), first)
    return lines.filter((line) => threadOf(line) !== thread)
  },
  'all but the calls of one name': (lines, first) => {
    const call = at(valuesOf(lines, callOf), first)
    return lines.filter((line) => callOf(line) === undefined || callOf(line) !== call)
  },
  'the calls of three names': (lines, first, second) => {
    const names = valuesOf(lines, callOf)
    const some = [at(names, first), at(names, second), at(names, (first + second) / 2)]
    return lines.filter((line) => callOf(line) === undefined || some.includes(callOf(line)))
  },
  'what has no signals': (lines) => lines.filter((line) => !line.includes('--- SIG')),
  'what has no ends': (lines) => lines.filter((line) => !line.includes('+++ ')),
  'what did not fail': (lines) => lines.filter((line) => !line.includes(' = -1 E')),
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
    { numRuns: Number(process.env.RUNS ?? 150), ...(process.env.SEED && { seed: Number(process.env.SEED) }) },
  )
}, 600_000)
