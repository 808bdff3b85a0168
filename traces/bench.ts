import { checkLines } from './check/check-capture.ts'

export interface ReplaySpeed {
  readonly lines: number
  /** Per second of CPU time of this process. */
  readonly linesPerCpuSecond: number
}

/** A long capture in which the model follows one state, checked twice: once to warm up. */
export function measureReplay(capture: Iterable<string>): ReplaySpeed {
  const lines = [...capture]
  checkLines(lines, { closed: true })
  const begun = process.cpuUsage()
  const { violations, undecided } = checkLines(lines, { closed: true })
  const { user, system } = process.cpuUsage(begun)
  if (violations.length + undecided.length > 0)
    throw new Error(`the capture to measure with does not conform: ${JSON.stringify([...violations, ...undecided][0])}`)
  return { lines: lines.length, linesPerCpuSecond: lines.length / ((user + system) / 1e6) }
}
