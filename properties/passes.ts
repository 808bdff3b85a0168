/** How much was done per second of this process's CPU time, its compiler's and collector's threads included, in passes over the same work. */
export interface Rate {
  /** Whatever else a machine does can only slow a pass down: this one is the nearest to what the work itself costs. */
  readonly fastest: number
  readonly median: number
}

/** One pass: how much it did. */
type Pass = () => number | Promise<number>

export async function rateOf(passes: number, pass: Pass): Promise<Rate> {
  const rates: number[] = []
  for (let time = 0; time < passes; time++) {
    const begun = process.cpuUsage()
    const done = await pass()
    const { user, system } = process.cpuUsage(begun)
    rates.push(done / ((user + system) / 1e6))
  }
  rates.sort((a, b) => b - a)
  return { fastest: rates[0]!, median: rates[passes >>> 1]! }
}

/** The same rate in other units: so many of them for one. */
export const scaled = ({ fastest, median }: Rate, by: number): Rate => ({ fastest: fastest * by, median: median * by })
