import type { Program, Step } from '../../model/program.ts'
import { Runner, type Observer } from '../../model/run.ts'
import type { Rules } from '../../model/rules.ts'

/** What holds of every program as a whole, where an invariant speaks of each state and each step. */
export interface Theorem {
  /** A sentence. */
  readonly name: string
  readonly source: string
  /** What is wrong when a program breaks it; undefined when it holds, or says nothing of this program. */
  readonly refute: (rules: Rules, program: Program) => string | undefined
}

/** A runner at rest behind the last step of a program. */
export function runToRest(rules: Rules, program: Program, observer?: Observer): Runner {
  const runner = new Runner(rules, observer)
  for (const step of program.steps) runner.take(step)
  runner.finish()
  return runner
}

/** One more call, by a thread that can make it, with plain values. */
export function callNow(runner: Runner, tid: number, call: string, args: Step['args']): void {
  const id = runner.results.length + 1_000_000
  runner.take({ id, by: runner.makerOf(tid)!, call, args, choice: 0, pace: -1 })
}
