import type { Kernel } from '../../model/kernel.ts'
import { Runner, type Observer } from '../../model/run.ts'
import type { Program } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import type { Theorem } from './theorem.ts'

/** What a kernel holds, without its caches: written out, so that no shared object can hide a change. */
export function writtenOut(kernel: Kernel): string {
  const rows = kernel.tables.map((table) => table.ids().map((id) => [id, table.get(id)]))
  return JSON.stringify([kernel.nextPid, [...kernel.names.entries()], rows], (key, value: unknown) => {
    if (key === 'own' || key === 'step' || key === 'hash' || key === 'slotsOwn') return undefined
    if (key === 'syscall') return (value as { hashAs: string }).hashAs
    return value instanceof Set ? [...value] : value
  })
}

/** Every so many events a fork is taken. */
const EVERY = 7

/** The kernels along a run, each as a fork, and what they held when they were forked. */
function kernelsAlong(rules: Rules, program: Program): { readonly kernel: Kernel; readonly held: string }[] {
  const kernels: { kernel: Kernel; held: string }[] = []
  let events = 0
  const observer: Observer = {
    after(kernel) {
      if (events++ % EVERY === 0) {
        const fork = kernel.fork()
        kernels.push({ kernel: fork, held: writtenOut(fork) })
      }
      return true
    },
  }
  const runner = new Runner(rules, observer)
  for (const step of program.steps) runner.take(step)
  runner.finish()
  return kernels
}

/** A fork of a kernel is a kernel of its own. Source: the contract of Kernel.fork(). */
export const forksAreIndependent: Theorem = {
  name: 'a fork of a kernel stays as it is while the kernel goes on, and the kernel while the fork is emptied',
  source: 'the contract of Kernel.fork()',
  refute(rules, program) {
    for (const { kernel, held } of kernelsAlong(rules, program)) {
      if (writtenOut(kernel) !== held) return 'a fork changed with the kernel that it was taken from'
      const hash = kernel.hash()
      const other = kernel.fork()
      for (const table of other.tables) for (const id of table.ids()) table.remove(id)
      if (writtenOut(kernel) !== held || kernel.hash() !== hash) return 'a kernel changed with its fork'
    }
    return undefined
  },
}

/** Kernels that hold the same are equal and hash alike; kernels that are equal hold the same. */
export const hashesAgreeWithEquality: Theorem = {
  name: 'two kernels are equal exactly when they hold the same, and then they hash alike',
  source: 'the contract of Kernel.hash() and Kernel.equals()',
  refute(rules, program) {
    const once = kernelsAlong(rules, program)
    const again = kernelsAlong(rules, program)
    for (const [place, left] of once.entries()) {
      for (const right of [again[place]!, once[(place + 1) % once.length]!]) {
        const same = left.held === right.held
        if (left.kernel.equals(right.kernel) !== same)
          return same ? 'equal kernels differ' : 'different kernels are equal'
        if (same && left.kernel.hash() !== right.kernel.hash()) return 'equal kernels have different hashes'
      }
    }
    return undefined
  },
}
