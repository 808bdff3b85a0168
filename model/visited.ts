import type { Kernel } from './kernel.ts'

/** Kernels met before, by hash and then by equality. */
export class Visited {
  size = 0
  private readonly buckets = new Map<number, Kernel[]>()

  /** False when an equal kernel is there already. */
  add(kernel: Kernel): boolean {
    const hash = kernel.hash()
    const bucket = this.buckets.get(hash)
    if (bucket === undefined) this.buckets.set(hash, [kernel])
    else if (bucket.some((other) => other.equals(kernel))) return false
    else bucket.push(kernel)
    this.size++
    return true
  }
}

/** So few kernels are sooner compared, which ends at the first thing in which they differ, than hashed. */
const FEW = 4

/** Each kernel once. */
export function distinct(states: readonly Kernel[]): Kernel[] {
  if (states.length <= 1) return [...states]
  if (states.length <= FEW)
    return states.filter((state, place) => !states.slice(0, place).some((other) => other.equals(state)))
  const seen = new Visited()
  return states.filter((state) => seen.add(state))
}
