import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linux } from '../../model/linux.ts'
import { describeProgram } from '../../model/notation/print.ts'
import { FIRST_STEP, type Step } from '../../model/program.ts'
import { patchFunctions, type Rules } from '../../model/rules.ts'
import { ProgramArbitrary } from '../arbitraries/program.ts'
import { minimise } from '../arbitraries/shrink.ts'
import { Checks } from '../hold.ts'
import { contracts, theorems } from './index.ts'
import { referencesAreConserved } from './references.ts'
import { onlyWhatOutlivesProcessesIsLeft } from './survivors.ts'
import type { Theorem } from './theorem.ts'
import { nobodyWaitsForTheDead } from './waiting.ts'

/** The smallest program that breaks a theorem, as text; undefined when none was found. */
function counterexample(theorem: Theorem, rules: Rules, numRuns: number): string | undefined {
  const programs = new ProgramArbitrary({
    rules,
    checks: new Checks(rules, []),
    maxSteps: 30,
    verdict: ({ program }) => (theorem.refute(rules, program) === undefined ? undefined : theorem.name),
  })
  const property = fc.property(programs, (program) => programs.signature(program) === undefined)
  const found = fc.check(property, { seed: 3, numRuns }).counterexample?.[0]
  if (found === undefined) return undefined
  const { program } = minimise(found, rules, programs.signature)
  return [...describeProgram(program, rules), theorem.refute(rules, program)].join('\n')
}

describe('on Linux', () => {
  for (const theorem of theorems) it(theorem.name, () => expect(counterexample(theorem, linux, 600)).toBeUndefined())
})

describe('of kernels', () => {
  for (const theorem of contracts) it(theorem.name, () => expect(counterexample(theorem, linux, 150)).toBeUndefined())
})

describe('theorems have teeth', () => {
  it('a process that keeps its descriptors when it exits is noticed when all are dead', () => {
    const faulty = patchFunctions(() => ({ fput: () => undefined }))(linux)
    expect(counterexample(onlyWhatOutlivesProcessesIsLeft, faulty, 600)).toBeDefined()
    expect(counterexample(referencesAreConserved, faulty, 600)).toBeDefined()
  })

  it('a reader whose last writer leaves without a word is noticed', () => {
    const step = (id: number, by: number, call: string, args: Step['args'] = {}): Step => ({
      id, by, call, args, choice: 0, pace: -1,
    }) // prettier-ignore
    const program = {
      steps: [
        step(1, FIRST_STEP, 'pipe'),
        step(2, FIRST_STEP, 'fork'),
        step(3, FIRST_STEP, 'close', { fd: { made: 1, part: 1 } }),
        step(4, FIRST_STEP, 'read', { fd: { made: 1 }, count: 1 }),
        step(5, 2, 'exit_group', { status: 0 }),
      ],
    }
    const faulty = patchFunctions(() => ({ pipeRelease: () => undefined }))(linux)
    expect(nobodyWaitsForTheDead.refute(linux, program)).toBeUndefined()
    expect(nobodyWaitsForTheDead.refute(faulty, program)).toMatch(/nobody alive can write/)
  })
})
