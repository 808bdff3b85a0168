import { describe, expect, it } from 'vitest'
import { linux } from '../model/linux.ts'
import { lessByOne } from './arbitraries/shrink.ts'
import type { Fault } from './fault.ts'
import { faults } from './faults/index.ts'
import { RULES_HOLD_TOGETHER } from './hold.ts'
import { invariants, stepProperties } from './invariants/index.ts'
import { theKilledDoNotComeBack } from './invariants/the-killed-do-not-come-back.ts'
import { kill, type Found } from './kill-matrix.ts'
import { search } from './search.ts'

/** Programs to try against one fault, about a minute of one processor. Most need a few hundred. */
const PROGRAMS = 40_000
const SEED = 1
/** Seconds of a processor from the first program that shows a fault to the smallest. */
const SHRINKING = 2
/** Other tests run beside these: only what this process computes counts. */
const clock = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** First programs that may show something else than what a property says, before one shows that. */
const OTHER_TRIES = 30

const properties = [...invariants, ...stepProperties].map(({ name }) => name)

/** Properties that no patch can break, and why. */
const OUT_OF_REACH = [
  // Whoever is killed is kept from user mode by model/moves.ts itself, which asks no function that could be replaced.
  theKilledDoNotComeBack.name,
]

const kills: Found[] = []

describe('random programs', () => {
  for (const fault of faults) {
    it(`notice that ${fault.name}`, () => {
      const found = kill(fault, { rules: linux, invariants, stepProperties, runs: PROGRAMS, seed: SEED, clock })
      expect(found.killed).toBe(true)
      kills.push(found)
    })
  }

  it('show half of the faults in six calls or fewer', () => {
    const sizes = kills.map(({ programSteps }) => programSteps!).sort((a, b) => a - b)
    expect(sizes).toHaveLength(faults.length)
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(6)
  })

  it('show each fault with no call and no process to spare', () => {
    const spare = kills.filter(({ fault, by, counterexample, signature }) => {
      const rules = faults.find(({ name }) => name === fault)!.apply(linux)
      return [...lessByOne(counterexample!, rules)].some((smaller) => signature(smaller) === by)
    })
    expect(spare.map(({ fault, program }) => ({ fault, program }))).toEqual([])
  })

  it('are made small within two seconds of a processor', () => {
    expect(Math.max(...kills.map(({ shrinkSeconds }) => shrinkSeconds))).toBeGreaterThan(0)
    expect(kills.filter(({ shrinkSeconds }) => shrinkSeconds > SHRINKING).map(({ fault }) => fault)).toEqual([])
  })
})

describe('every property notices a fault', () => {
  /**
   * Whether the property, when nothing else is looked at, objects to what some program does under the fault; where that
   * makes rules reach for what is not there as well, other programs are tried.
   */
  const objects = (name: string, fault: Fault): boolean => {
    const alone = {
      invariants: invariants.filter((invariant) => invariant.name === name),
      stepProperties: stepProperties.filter((property) => property.name === name),
    }
    for (let seed = SEED; seed < SEED + OTHER_TRIES; seed++) {
      const { violation } = search({ rules: linux, ...alone, fault, runs: PROGRAMS, seed })
      if (violation === null || violation.invariant === name) return violation !== null
    }
    return false
  }

  for (const name of properties.filter((name) => !OUT_OF_REACH.includes(name))) {
    it(`when it is looked at alone: ${name}`, () => {
      const seen = kills.some(({ by }) => by === name)
      expect(seen || faults.some((fault) => fault.breaks.includes(name) && objects(name, fault))).toBe(true)
    })
  }
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
