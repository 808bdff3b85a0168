import { describe, expect, it } from 'vitest'
import { unlisted } from '../model/testing/listed.ts'
import { faults } from './faults/index.ts'
import { RULES_HOLD_TOGETHER } from './hold.ts'
import { invariants, stepProperties } from './invariants/index.ts'

const folder = (name: string) => new URL(`${name}/`, import.meta.url)
const names = new Set([...invariants, ...stepProperties, RULES_HOLD_TOGETHER].map(({ name }) => name))

describe('nothing that is written is forgotten in its list', () => {
  it('an invariant or step property', async () =>
    expect(await unlisted(folder('invariants'), [...invariants, ...stepProperties])).toEqual([]))
  it('a fault', async () => expect(await unlisted(folder('faults'), faults)).toEqual([]))

  it('there are at least 40 invariants and 40 faults, each with a sentence of its own and a source', () => {
    expect(invariants.length).toBeGreaterThanOrEqual(40)
    expect(faults.length).toBeGreaterThanOrEqual(40)
    expect(names.size).toBe(invariants.length + stepProperties.length + 1)
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
    for (const { source } of [...invariants, ...stepProperties, ...faults]) expect(source).not.toBe('')
  })

  it('what a fault is said to break is there', () => {
    expect(faults.flatMap(({ breaks }) => breaks).filter((name) => !names.has(name))).toEqual([])
  })
})
