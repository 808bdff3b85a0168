import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { historyOf } from './history.ts'
import { faultClasses } from './index.ts'
import { planted } from './plant.ts'
import { sourceOf, survey, type Tally } from './survey.ts'

const folder = new URL('../captures/', import.meta.url).pathname
const captures = readdirSync(folder).filter((name) => name.endsWith('.strace'))
const closed = captures.map((name) => sourceOf(folder + name, false))
const open = captures.map((name) => sourceOf(folder + name, true))

/** Enough of each class to notice that one is missed; `npm run plant` takes more. */
const EACH = 3

describe('a fault planted in a capture', () => {
  it('is of one of at least 25 classes, most of which the captures have room for', async () => {
    const tallies: Tally[] = []
    for await (const tally of survey(open, { each: 1, seed: 7 })) tallies.push(tally)
    expect(new Set(tallies.map(({ name }) => name)).size).toBe(tallies.length)
    expect(tallies.filter(({ planted }) => planted > 0).length).toBeGreaterThanOrEqual(40)
  })

  for (const { name, does, onlyClosed } of faultClasses) {
    it(`is found at its line, with what Linux does instead, where a kernel ${does} (${name})`, async () => {
      const options = { each: EACH, seed: 1, only: [name] }
      const sources = onlyClosed === true ? closed : open
      for await (const { missed } of survey(sources, options)) expect(missed).toEqual([])
    })
  }

  it('changes the lines that it names and no other', () => {
    const history = historyOf('1 close(3) = 0\n1 close(4) = 0\n1 close(5) = 0\n')
    const plant = { changes: new Map([[1, []], [2, ['a', 'b']]]), shows: [2, 1] as const, truth: /./ } // prettier-ignore
    expect(planted(history, plant)).toEqual({ text: 'a\nb\n1 close(5) = 0\n', line: 2 })
  })
})
