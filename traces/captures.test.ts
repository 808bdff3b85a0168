import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkCapture, checkText } from './check/check-capture.ts'
import { explain } from './check/explain.ts'

const folder = new URL('captures/', import.meta.url)
const pathOf = (name: string) => new URL(name, folder).pathname
const captures = readdirSync(folder).filter((name) => name.endsWith('.strace'))

interface Alteration {
  readonly capture: string
  readonly line: number
  readonly from: string
  readonly to: string
  readonly why: string
  readonly expects: { readonly line: number; readonly call: string; readonly seen: string; readonly allowed: string }
}

const alterations = JSON.parse(readFileSync(pathOf('altered.json'), 'utf8')) as Alteration[]

/** The text, not as a part of a longer number or word. */
const whole = (text: string) => new RegExp(`(^|\\W)${text.replace(/[^\w ]/g, '\\$&')}($|\\W)`)

/** How the check words what is no call. */
const SHOWN_AS: Readonly<Record<string, string>> = { signal: '--- SIG', stop: 'stopped by', death: 'killed by' }

const shows = (name: string) => /^# shows: (.+)$/m.exec(readFileSync(pathOf(name), 'utf8'))?.[1] ?? name

describe('what Linux did', () => {
  it('the ten actions of termination are shown by at least 30 captures, each with an altered copy', () => {
    expect(captures.length).toBeGreaterThanOrEqual(30)
    expect(captures.filter((name) => !alterations.some(({ capture }) => capture === name))).toEqual([])
  })

  for (const name of captures) {
    it(`${shows(name)} (${name})`, async () => {
      const verdict = await checkCapture(pathOf(name))
      expect(explain(verdict)).toContain(`${verdict.file}  conforms`)
    })
  }
})

describe('what Linux cannot have done', () => {
  for (const { capture, line, from, to, why, expects } of alterations) {
    it(`${why} (${capture}:${line}, ${to})`, async () => {
      const lines = readFileSync(pathOf(capture), 'utf8').split('\n')
      expect(lines[line - 1]).toContain(from)
      lines[line - 1] = lines[line - 1]!.replace(from, () => to)
      const verdict = await checkText(lines.join('\n'), capture)
      const [where, seen, allowed] = explain(verdict).split('\n')
      expect(where).toBe(`${capture}:${expects.line}  violates`)
      expect(seen).toContain(SHOWN_AS[expects.call] ?? expects.call)
      // The altered line is refused for what Linux allows there instead, and it is among what is named.
      expect(`${allowed!.slice('  allowed  '.length)},`).toMatch(whole(expects.allowed))
    })
  }
})
