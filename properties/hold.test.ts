import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Kernel } from '../model/kernel.ts'
import { linux } from '../model/linux.ts'
import type { Rules } from '../model/rules.ts'
import { Runner } from '../model/run.ts'
import { ProgramArbitrary } from './arbitraries/program.ts'
import { faults } from './faults/index.ts'
import { Checks, hold } from './hold.ts'
import type { Invariant } from './invariant.ts'
import { invariants } from './invariants/index.ts'

type Offends = (kernel: Kernel, row: unknown, id: number) => boolean

const offendsSomewhere = (kernel: Kernel, invariant: Invariant): boolean => {
  let found = false
  kernel[invariant.of].forEach((row: unknown, id: number) => {
    found ||= (invariant.offends as Offends)(kernel, row, id)
  })
  return found
}

/** Every invariant of every row after every event: slow, and beyond doubt. */
function holdsEverywhere(rules: Rules, program: { readonly steps: Runner['results'][number]['step'][] }): boolean {
  let holds = true
  const check = (kernel: Kernel) => (holds &&= !invariants.some((invariant) => offendsSomewhere(kernel, invariant)))
  const runner = new Runner(rules, { after: check })
  try {
    for (const step of program.steps) if (!runner.stopped) runner.take(step)
    if (!runner.stopped) runner.finish()
  } catch {
    return false
  }
  return holds
}

describe('looking only at the rows that an event wrote', () => {
  const looksOnce = (rules: Rules, numRuns: number, seed: number) => {
    const checks = new Checks(rules, invariants)
    const programs = new ProgramArbitrary({ rules, checks: new Checks(rules, []), maxSteps: 24 })
    fc.assert(
      fc.property(programs, (program) => {
        const found = hold(rules, checks, program).violation !== null
        expect(found).toBe(!holdsEverywhere(rules, { steps: [...program.steps] }))
      }),
      { seed, numRuns },
    )
  }

  it('finds nothing on Linux, as looking at all rows does', () => looksOnce(linux, 150, 1))

  for (const fault of faults.filter((_, place) => place % 12 === 0))
    it(`finds what looking at all rows finds: ${fault.name}`, () => looksOnce(fault.apply(linux), 60, 2))
})
