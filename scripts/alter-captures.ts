// Finds in the bundled captures the lines that alterations.json describes and writes altered.json, which names them by
// number. A capture recorded anew has other line numbers, addresses and perhaps pids; the descriptions stay as they are.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.ts'

/**
 * One change that makes a capture impossible. `find` and `from` are regular expressions: `find` for a whole call, also
 * if strace cut it in an unfinished and a resumed half, or for a line that is no call; `from` for the part to replace, on
 * the line that ends the call. `nth` (from 1) chooses among several, without it there must be exactly one. In `to`, $1 is
 * a group of `from`. {pid2}, in `to` and in `allowed`, is the second process that appears in the capture. `allowed` is a
 * part of what the third line of the explanation says.
 */
interface Alteration {
  readonly capture: string
  readonly find: string
  readonly nth?: number
  readonly from: string
  readonly to: string
  readonly why: string
  readonly expects: { readonly call: string; readonly seen: string; readonly allowed: string }
}

const here = join(root, 'traces', 'captures')
const alterations = JSON.parse(readFileSync(join(here, 'alterations.json'), 'utf8')) as readonly Alteration[]

/** The text to search at each line: a resumed call with its first half before it, nothing for an unfinished one. */
function wholeCalls(lines: readonly string[]): string[] {
  const begun = new Map<string, string>()
  return lines.map((line) => {
    const [, pid, text] = /^(\d+) +\d+\.\d+ (.*)$/.exec(line) ?? []
    if (pid === undefined || text === undefined) return ''
    const [, first] = /^(.*) <unfinished \.\.\.>$/.exec(text) ?? []
    if (first !== undefined) {
      begun.set(pid, first)
      return ''
    }
    return text.replace(/^<\.\.\. \w+ resumed>/, () => begun.get(pid) ?? '')
  })
}

function locate(lines: readonly string[], { capture, find, nth }: Alteration): number {
  const pattern = new RegExp(find)
  const hits = wholeCalls(lines).flatMap((text, index) => (pattern.test(text) ? [index] : []))
  const hit = hits[(nth ?? 1) - 1]
  if (hit === undefined || (nth === undefined && hits.length > 1)) {
    throw new Error(`${capture}: ${hits.length} calls match ${find}, wanted: ${nth ?? 'the only one'}`)
  }
  return hit
}

function resolve(alteration: Alteration): object {
  const { capture, from, to, why, expects } = alteration
  const lines = readFileSync(join(here, capture), 'utf8').split('\n')
  const index = locate(lines, alteration)
  const text = lines[index]!
  const pattern = new RegExp(from)
  const found = pattern.exec(text)?.[0]
  if (found === undefined) throw new Error(`${capture}:${index + 1}: no ${from} on the line: ${text}`)
  if (text.split(found).length > 2)
    throw new Error(`${capture}:${index + 1}: "${found}" occurs more than once: ${text}`)
  const pids = [...new Set(lines.flatMap((line) => /^\d+(?= )/.exec(line) ?? []))]
  const named = (text: string) => text.replace(/\{pid(\d)\}/g, (_, nth: string) => pids[Number(nth) - 1]!)
  const replacement = found.replace(pattern, named(to))
  if (replacement === found) throw new Error(`${capture}:${index + 1}: the alteration changes nothing`)
  const expected = { line: index + 1, ...expects, allowed: named(expects.allowed) }
  return { capture, line: index + 1, from: found, to: replacement, why, expects: expected }
}

writeFileSync(join(here, 'altered.json'), `${JSON.stringify(alterations.map(resolve), null, 2)}\n`)
