import type { Kernel } from '../../model/kernel.ts'
import type { Program, Step } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { runToRest, type Theorem } from './theorem.ts'

/**
 * The last two steps of a program, when they are by different processes, write different rows, move nobody but their
 * callers and return the same in both orders, lead to the same kernel in both: searches meet there instead of walking on
 * twice.
 */
export const independentCallsCommute: Theorem = {
  name: 'two calls of different processes that write different rows and move nobody else lead to equal kernels in both orders',
  source: 'the contract of Table.add(): ids depend on the maker alone',
  refute(rules, program) {
    const [first, second] = program.steps.slice(-2)
    if (first === undefined || second === undefined || first.by === second.by || second.by === first.id)
      return undefined
    const before: Program = { steps: program.steps.slice(0, -2) }
    const one = inOrder(rules, before, [first, second])
    const other = inOrder(rules, before, [second, first])
    if (one === undefined || other === undefined) return undefined
    if (one.results[0] !== other.results[1] || one.results[1] !== other.results[0]) return undefined
    if (one.written[0]!.some((key) => one.written[1]!.includes(key))) return undefined
    if (!one.kernel.equals(other.kernel)) return `${first.call} and ${second.call} do not commute`
    return one.kernel.hash() === other.kernel.hash() ? undefined : 'equal kernels have different hashes'
  },
}

interface Ordered {
  readonly kernel: Kernel
  readonly results: readonly unknown[]
  /** Keys of the rows that each step wrote. */
  readonly written: readonly (readonly number[])[]
}

function inOrder(rules: Rules, before: Program, steps: readonly Step[]): Ordered | undefined {
  let keys: number[] = []
  const movers = new Set<number>()
  const runner = runToRest(rules, before, {
    after(kernel, event) {
      keys.push(...kernel.ledger.touched)
      movers.add(event.tid)
      return true
    },
  })
  const results: unknown[] = []
  const written: number[][] = []
  for (const step of steps) {
    if (!runner.canCall(step.by)) return undefined
    keys = []
    movers.clear()
    const { result } = runner.take({ ...step, pace: -1 })
    if (result === undefined || result === 'skipped' || movers.size > 1) return undefined
    results.push(result)
    written.push(keys)
  }
  return { kernel: runner.kernel, results, written }
}
