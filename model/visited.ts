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

/** Each kernel once. */
export function distinct(states: readonly Kernel[]): Kernel[] {
  if (states.length <= 1) return [...states]
  const seen = new Visited()
  return states.filter((state) => seen.add(state))
}
