import type * as fc from 'fast-check'

/** Choices drawn from fast-check's generator, and from nothing else. */
export class Dice {
  private readonly random: fc.Random

  constructor(random: fc.Random) {
    this.random = random
  }

  /** An integer from 0 to `count - 1`. */
  below(count: number): number {
    return count <= 1 ? 0 : this.random.nextInt(0, count - 1)
  }

  /** True in this many cases of a hundred. */
  percent(share: number): boolean {
    return this.random.nextInt(0, 99) < share
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  /** A number from 0 below the sum of weights, as a place in their running sums. */
  weighted(runningSums: readonly number[]): number {
    const ticket = this.below(runningSums[runningSums.length - 1]!)
    let low = 0
    let high = runningSums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (runningSums[middle]! > ticket) high = middle
      else low = middle + 1
    }
    return low
  }
}
