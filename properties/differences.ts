import { boot } from '../model/boot.ts'
import type { Internal } from '../model/event.ts'
import type { Kernel } from '../model/kernel.ts'
import {
  enterCall,
  fallAsleep,
  makeMove,
  mayCall,
  mayReturn,
  movesOf,
  returnFromCall,
  takesTime,
} from '../model/moves.ts'
import type { Run, Sight, StepResult } from '../model/program.ts'
import type { Rules } from '../model/rules.ts'
import { equalValues } from '../model/state/values.ts'
import { isBlocked, isRestartCode, type Answer, type Syscall } from '../model/syscall.ts'
import { visible } from './visible.ts'

/**
 * `allowed`: some path of the rules shows the same. `different`: none does. `undecided`: the budget ended the search.
 * `reached` counts the sights that some path explains.
 */
export interface Comparison {
  readonly verdict: 'allowed' | 'different' | 'undecided'
  readonly reached: number
}

/** Kernels looked at in search of one explanation. */
const BUDGET = 20_000

/**
 * Whether the rules allow what a recorded run of other rules showed: every result, signal and wait status in this order,
 * and at the end the same calls that wait and the same kernel to look at. Depth first over all orders of the moves that
 * nobody sees.
 */
export function compare(rules: Rules, seen: Run, budget = BUDGET): Comparison {
  const search = new Explanation(rules, seen, budget)
  const kernel = boot(rules)
  const found = search.from(kernel, 0)
  if (found) return { verdict: 'allowed', reached: seen.sights.length }
  return { verdict: search.spent ? 'undecided' : 'different', reached: search.reached }
}

/** The end of the sights must be met by a kernel at rest that looks the same. */
class Explanation {
  reached = 0
  private left: number
  private readonly rules: Rules
  private readonly sights: readonly Sight[]
  private readonly results: readonly StepResult[]
  private readonly end: string
  private readonly sigreturn: Syscall
  private readonly visited = new Map<number, Kernel[]>()

  constructor(rules: Rules, seen: Run, budget: number) {
    this.rules = rules
    this.left = budget
    this.sights = seen.sights
    this.results = seen.results
    this.end = visible(seen.kernel)
    this.sigreturn = rules.syscalls.get('rt_sigreturn')!
  }

  get spent(): boolean {
    return this.left <= 0
  }

  /** Whether a path from this kernel explains the sights from number `next` on. */
  from(kernel: Kernel, next: number): boolean {
    if (this.left <= 0 || !this.isNew(kernel, next)) return false
    this.left--
    if (next > this.reached) this.reached = next
    const sight = this.sights[next]
    if (sight === undefined) {
      if (isAtRest(kernel) && visible(kernel) === this.end) return true
    } else {
      const met = this.meet(kernel, sight)
      if (met !== undefined && this.from(met, next + 1)) return true
    }
    for (const tid of this.inTurn(kernel, sight)) {
      for (const change of this.hidden(kernel, tid)) {
        const copy = kernel.fork()
        copy.ledger.step++
        change(copy)
        copy.ledger.touched.length = 0
        if (this.from(copy, next)) return true
      }
    }
    return false
  }

  /** The thread that the next sight is about first: mostly that is all it takes. */
  private inTurn(kernel: Kernel, sight: Sight | undefined): number[] {
    const all = kernel.threads.ids()
    const first = sight === undefined ? 0 : sight.kind === 'exit' ? sight.pid : sight.tid
    return all.includes(first) ? [first, ...all.filter((tid) => tid !== first)] : all
  }

  private isNew(kernel: Kernel, next: number): boolean {
    const hash = Math.imul(kernel.hash(), 31) + next
    const met = this.visited.get(hash)
    if (met === undefined) this.visited.set(hash, [kernel])
    else if (met.some((other) => other.equals(kernel))) return false
    else met.push(kernel)
    return true
  }

  /** The kernel after a sight that can be had now. */
  private meet(kernel: Kernel, sight: Sight): Kernel | undefined {
    if (sight.kind === 'exit') {
      const process = kernel.processes.get(sight.pid)
      const isOver = process === undefined || (process.state === 'zombie' && process.groupExit === sight.status)
      return isOver ? kernel.fork() : undefined
    }
    const { tid } = sight
    const thread = kernel.threads.get(tid)
    if (thread === undefined) return undefined
    const copy = kernel.fork()
    copy.ledger.step++
    switch (sight.kind) {
      case 'enter': {
        if (!mayCall(kernel, thread)) return undefined
        const syscall = this.rules.syscalls.get(this.results[sight.index]!.step.call)!
        enterCall(copy, tid, { syscall, args: sight.args })
        return copy
      }
      case 'leave':
        // A handler took the place of the call's restart: nothing is left to happen.
        if (thread.state === 'running') {
          return sight.result === 'EINTR' && thread.frames.at(-1)?.restart === null ? copy : undefined
        }
        if (!mayReturn(thread) || thread.killed) return undefined
        if (thread.result !== sight.result || !equalValues(thread.out, sight.out)) return undefined
        returnFromCall(copy, tid)
        return copy
      case 'signal': {
        if (thread.state !== 'running') return undefined
        const choice = this.deliveryOf(kernel, tid, sight)
        if (choice < 0) return undefined
        makeMove(copy, { kind: 'internal', tid, move: 'deliver', choice }, null)
        return copy
      }
    }
  }

  private deliveryOf(kernel: Kernel, tid: number, sight: Sight & { kind: 'signal' }): number {
    const { moves } = movesOf(kernel, tid)
    if (!moves.some(({ move }) => move === 'deliver')) return -1
    return kernel.fn.deliveries(kernel, kernel.threads.at(tid)).findIndex(({ signal: { info } }) => {
      if (info.signal !== sight.signal || info.code !== sight.code) return false
      return info.pid === sight.pid && info.status === sight.status
    })
  }

  /** What a thread can do that nobody sees, each as a change of a copy. */
  private hidden(kernel: Kernel, tid: number): ((copy: Kernel) => void)[] {
    const thread = kernel.threads.at(tid)
    const { moves, answered } = movesOf(kernel, tid)
    const changes = moves.filter((move) => isHidden(move)).map((move) => makes(move, answered))
    if (thread.state === 'in-call' && !thread.slept && answered !== null && isBlocked(answered)) {
      changes.push((copy) => fallAsleep(copy, tid))
    }
    if (mayReturn(thread) && !thread.killed) {
      const isOwn = thread.call!.syscall === this.sigreturn || isRestartCode(thread.result!)
      if (isOwn) changes.push((copy) => returnFromCall(copy, tid))
    }
    if (thread.state === 'running' && mayCall(kernel, thread)) {
      const { restart, frames } = thread
      if (frames.length > 0) changes.push((copy) => enterCall(copy, tid, { syscall: this.sigreturn, args: {} }))
      else if (restart !== null) changes.push((copy) => enterCall(copy, tid, restart))
    }
    return changes
  }
}

const isHidden = ({ move }: Internal): boolean => move !== 'deliver'

const makes =
  (move: Internal, answered: Answer | null) =>
  (copy: Kernel): void =>
    makeMove(copy, move, answered)

/** Nothing happens any more, unless somebody makes a call or time passes. */
export function isAtRest(kernel: Kernel): boolean {
  return kernel.threads.rows().every((thread) => {
    if (mayReturn(thread) && !thread.killed) return false
    if (thread.state === 'running' && mayCall(kernel, thread) && (thread.frames.length > 0 || thread.restart !== null))
      return false
    return movesOf(kernel, thread.tid).moves.every(({ move }) => takesTime(move))
  })
}
