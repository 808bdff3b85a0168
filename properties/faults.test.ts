import { describe, expect, it } from 'vitest'
import { linux } from '../model/linux.ts'
import { faults } from './faults/index.ts'
import { RULES_HOLD_TOGETHER } from './hold.ts'
import { invariants, stepProperties } from './invariants/index.ts'
import { kill, type Kill } from './kill-matrix.ts'
import { search } from './search.ts'

/** Three times as many programs as any fault took with the seeds that were tried. */
const PROGRAMS = 40_000
const SEED = 1

const properties = [...invariants, ...stepProperties].map(({ name }) => name)

/** Calls from which nobody comes back with a success: they end the caller, or end by a signal alone. */
const NEVER_SUCCEED = ['exit', 'exit_group', 'pause', 'rt_sigsuspend']

describe('random programs', () => {
  const kills: Kill[] = []

  for (const fault of faults) {
    it(`notice that ${fault.name}`, () => {
      const found = kill(fault, { rules: linux, invariants, stepProperties, runs: PROGRAMS, seed: SEED })
      expect(found.killed).toBe(true)
      kills.push(found)
    })
  }

  it('show half of the faults in six calls or fewer', () => {
    const sizes = kills.map(({ programSteps }) => programSteps!).sort((a, b) => a - b)
    expect(sizes).toHaveLength(faults.length)
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(6)
  })

  it('make every call, and make it succeed where that can be seen', () => {
    const { distribution, outcomes, violation } = search({ rules: linux, invariants: [], runs: 4000, seed: SEED })
    expect(violation).toBeNull()
    expect(Object.keys(distribution).filter((call) => distribution[call] === 0)).toEqual([])
    const unseen = Object.keys(distribution).filter((call) => outcomes[`${call}/ok`] === undefined)
    expect(unseen).toEqual(NEVER_SUCCEED)
  })
})

describe('the list of faults', () => {
  it('names each fault once', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
  })

  it('says of each what may notice it, by a name that there is', () => {
    const known = new Set([...properties, RULES_HOLD_TOGETHER.name])
    expect(faults.flatMap(({ breaks }) => breaks).filter((name) => !known.has(name))).toEqual([])
  })
})
