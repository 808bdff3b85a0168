import { describe, expect, it } from 'vitest'
import { linux } from '../model/linux.ts'
import type { Program } from '../model/program.ts'
import { patchFunctions } from '../model/rules.ts'
import { without } from './arbitraries/shrink.ts'
import type { Fault } from './fault.ts'
import { exitSemSkipped } from './faults/exit-sem-skipped.ts'
import { Checks, hold } from './hold.ts'
import { invariants, stepProperties } from './invariants/index.ts'
import { search, type SearchResult } from './search.ts'

const unreparented: Fault = {
  name: 'children keep a dead parent',
  source: 'kernel/exit.c forget_original_parent()',
  breaks: [],
  apply: patchFunctions(() => ({ forgetOriginalParent: () => undefined })),
}

const find = (fault: Fault, seed: number): SearchResult =>
  search({ rules: linux, invariants, stepProperties, fault, runs: 3000, seed })

it('Linux breaks no property in 60,000 programs', () => {
  const { violation } = search({ rules: linux, invariants, stepProperties, runs: 60_000, seed: 4 })
  expect(violation).toBeNull()
})

describe('a search', () => {
  it('finds nothing on Linux', () => {
    const result = search({ rules: linux, invariants, stepProperties, runs: 1500, seed: 7 })
    expect(result.violation).toBeNull()
  })

  it('finds the same again from its seed, and from its seed and path', () => {
    const first = find(exitSemSkipped, 5)
    const { violation, counterexample } = find(exitSemSkipped, 5)
    expect(counterexample).toEqual(first.counterexample)
    const path = /--path (\S+)/.exec(violation!.replay)![1]!
    const again = search({ rules: linux, invariants, stepProperties, fault: exitSemSkipped, seed: 5, path })
    expect(again.counterexample).toEqual(counterexample)
  })

  it('ends in time', () => {
    expect(search({ rules: linux, invariants, stepProperties, time: 0.5 }).seconds).toBeLessThan(3)
  })
})

describe('the smallest program that shows a fault', () => {
  const faultsAndSteps: [Fault, number][] = [
    [exitSemSkipped, 4],
    [unreparented, 4],
  ]
  for (const [fault, most] of faultsAndSteps) {
    for (const seed of [1, 2, 3]) {
      it(`has no step to spare, seed ${seed}: ${fault.name}`, () => {
        const { counterexample, violation } = find(fault, seed)
        expect(violation!.steps).toBeLessThanOrEqual(most)
        const rules = fault.apply(linux)
        const checks = new Checks(rules, invariants, stepProperties)
        const breaks = (program: Program) => hold(rules, checks, program).violation?.name
        expect(breaks(counterexample!)).toBe(violation!.invariant)
        for (const place of counterexample!.steps.keys())
          expect(breaks(without(counterexample!, rules, [place]))).not.toBe(violation!.invariant)
      })
    }
  }
})

describe('dropping a step', () => {
  const step = (id: number, by: number, call: string, args = {}) => ({ id, by, call, args, choice: 0, pace: -1 })

  it('gives what a copy of a descriptor did to its source', () => {
    const program = {
      steps: [
        step(1, 0, 'pipe'),
        step(2, 0, 'dup', { oldfd: { made: 1, part: 1 } }),
        step(3, 0, 'close', { fd: { made: 2 } }),
      ],
    }
    expect(without(program, linux, [1]).steps.at(-1)!.args).toEqual({ fd: { made: 1, part: 1 } })
  })

  it("gives a child's steps to its parent when the fork goes", () => {
    const program = { steps: [step(1, 0, 'fork'), step(2, 1, 'getpid')] }
    expect(without(program, linux, [0])).toEqual({ steps: [step(2, 0, 'getpid')] })
  })

  it('drops what names a thing that was never made', () => {
    const program = { steps: [step(1, 0, 'pipe'), step(2, 0, 'close', { fd: { made: 1 } })] }
    expect(without(program, linux, [0])).toEqual({ steps: [] })
  })
})
