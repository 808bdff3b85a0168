import * as fc from 'fast-check'
import type { Program } from '../model/program.ts'
import type { Rules } from '../model/rules.ts'
import { ProgramArbitrary } from './arbitraries/program.ts'
import { Exercised, type Coverage } from './exercised.ts'
import { Checks } from './hold.ts'

/** What the programs of one seed exercise, and how many of their calls only failed. */
export interface Generated {
  readonly coverage: Coverage
  readonly calls: number
  /** Of those in programs that do not ask for errors, and among them those that came back with one. */
  readonly plainCalls: number
  readonly plainErrors: number
  readonly seconds: number
}

/** Draw programs, run each, and count what they exercise. Errors: throws what a rule throws. */
export function generate({ rules, runs, seed = 1 }: { rules: Rules; runs: number; seed?: number }): Generated {
  const begun = performance.now()
  const exercised = new Exercised(rules)
  const counting = exercised.counting(rules)
  const programs = new ProgramArbitrary({
    rules: counting,
    checks: new Checks(counting, [], [exercised.witness]),
  })
  const stop = exercised.watchArrows()
  let calls = 0
  let plainCalls = 0
  let plainErrors = 0
  try {
    const counts = (program: Program) => {
      const { run, violation } = programs.judged(program)
      if (violation !== null) throw new Error(`${violation.name}: ${violation.detail}`)
      exercised.countSleepers(run.kernel)
      for (const { result } of run.results) {
        if (result === 'skipped') continue
        calls++
        if (programs.asksForErrors(program)) continue
        plainCalls++
        if (typeof result === 'string') plainErrors++
      }
    }
    fc.assert(fc.property(programs, counts), { seed, numRuns: runs })
  } finally {
    stop()
  }
  const seconds = (performance.now() - begun) / 1000
  return { coverage: exercised, calls, plainCalls, plainErrors, seconds }
}

/** The names at 0, `call/outcome` or `chart/state EVENT`. */
export const neverSeen = (counts: Coverage[keyof Coverage]): string[] =>
  Object.entries(counts).flatMap(([of, row]) =>
    Object.keys(row)
      .filter((name) => row[name] === 0)
      .map((name) => `${of}/${name}`),
  )
