import type { Kernel } from '../../model/kernel.ts'
import type { Program, Step } from '../../model/program.ts'
import type { Runner } from '../../model/run.ts'
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
    if (shareSomething(runToRest(rules, before), first.by, second.by)) return undefined
    const one = inOrder(rules, before, [first, second])
    const other = inOrder(rules, before, [second, first])
    if (one === undefined || other === undefined) return undefined
    if (one.results[0] !== other.results[1] || one.results[1] !== other.results[0]) return undefined
    if (!areIndependent(one.written, other.written)) return undefined
    if (!one.kernel.equals(other.kernel)) return `${first.call} and ${second.call} do not commute`
    return one.kernel.hash() === other.kernel.hash() ? undefined : 'equal kernels have different hashes'
  },
}

/** Callers that share a container read each other's writes. */
function shareSomething(runner: Runner, left: number, right: number): boolean {
  const [one, other] = [left, right].map((step) => runner.kernel.threads.get(runner.tidOf(step) ?? 0))
  if (one === undefined || other === undefined) return true
  return one.pid === other.pid || one.mm === other.mm || one.files === other.files || one.fs === other.fs
}

/** Each call writes the same rows whether it comes first or second, and none that the other writes. */
function areIndependent([first, second]: Ordered['written'], [secondFirst, firstSecond]: Ordered['written']): boolean {
  const same = (left: ReadonlySet<number>, right: ReadonlySet<number>) =>
    left.size === right.size && [...left].every((key) => right.has(key))
  return same(first, firstSecond) && same(second, secondFirst) && ![...first].some((key) => second.has(key))
}

interface Ordered {
  readonly kernel: Kernel
  readonly results: readonly unknown[]
  /** Keys of the rows that each step wrote. */
  readonly written: readonly [ReadonlySet<number>, ReadonlySet<number>]
}

function inOrder(rules: Rules, before: Program, steps: readonly [Step, Step]): Ordered | undefined {
  let keys = new Set<number>()
  const movers = new Set<number>()
  const runner = runToRest(rules, before, {
    after(kernel, event) {
      for (const key of kernel.ledger.touched) keys.add(key)
      movers.add(event.tid)
      return true
    },
  })
  const make = (step: Step): unknown => {
    keys = new Set()
    movers.clear()
    const result = runner.canCall(step.by) ? runner.take({ ...step, pace: -1 }).result : undefined
    return movers.size > 1 ? undefined : result
  }
  const terminals = runner.kernel.terminals.size
  const results = [make(steps[0])]
  const first = keys
  results.push(make(steps[1]))
  if (results.some((result) => result === undefined || result === 'skipped')) return undefined
  // Terminals are numbered in the order in which they are made.
  if (runner.kernel.terminals.size > terminals + 1) return undefined
  return { kernel: runner.kernel, results, written: [first, keys] }
}
