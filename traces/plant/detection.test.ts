import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { faultClasses } from './index.ts'
import { sourceOf, survey } from './survey.ts'

const here = new URL('./', import.meta.url).pathname
const table = readFileSync(`${here}detection.md`, 'utf8')

/** Rows of the table: the class, and in percent those found, at the right line, and with their cause. */
const rows = [...table.matchAll(/^([a-z0-9-]+) +(\d+) +(\d+) +(\d+)% +(\d+)% +(\d+)% +(\d+)$/gm)].map(
  ([, name, planted, , found, atLine, withCause, most]) => ({
    name: name!,
    planted: Number(planted),
    shares: [found, atLine, withCause].map(Number),
    most: Number(most),
  }),
)

/** Of each class; as many as the table has. */
const EACH = 4

describe('the table of planted faults', () => {
  it('has a row for each class', () => {
    const names = rows.map(({ name }) => name).filter((name) => name !== 'all')
    expect(names.toSorted()).toEqual(faultClasses.map(({ name }) => name).toSorted())
  })

  it('shows nine of ten found at their line with their cause, where the class is drawn first', () => {
    const classes = rows.filter(({ name, planted }) => name !== 'all' && planted > 0)
    const mean = classes.reduce((sum, { shares }) => sum + shares[2]!, 0) / classes.length
    expect(mean).toBeGreaterThanOrEqual(90)
    expect(table).toContain(`${mean.toFixed(1)}%`)
  })

  it('shows no flood: one fault gives one violation and at most three that follow from it', () => {
    expect(rows.filter(({ most }) => most > 4)).toEqual([])
  })

  it('is what planting them again shows, or less', async () => {
    const folder = `${here}../captures/`
    const captures = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.strace(\.gz)?$/.test(name),
    )
    const sources = captures.toSorted().map((name) => sourceOf(folder + name, true))
    for await (const { name, planted, withCause, missed } of survey(sources, { each: EACH, seed: 1 })) {
      const claimed = rows.find((row) => row.name === name)!.shares[2]!
      // A small draw of a class that is found nine times of ten may hold one that is not.
      const least = Math.floor((planted * claimed) / 100) - (claimed < 100 ? 1 : 0)
      expect(withCause, missed.join('\n')).toBeGreaterThanOrEqual(least)
    }
  }, 180_000)
})
