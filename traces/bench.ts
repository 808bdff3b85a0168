import { constants, createGzip } from 'node:zlib'
import { Readable } from 'node:stream'
import { checkStream } from './check/check-capture.ts'
import type { CaptureVerdict } from './check/verdict.ts'

export interface ReplaySpeed {
  readonly lines: number
  /** Per second of CPU time of this process. */
  readonly linesPerCpuSecond: number
}

/**
 * A long capture in which the model follows one state, read as from a file, checked twice: once to warm up. The time to
 * decompress is counted, that to compress is not.
 */
export async function measureReplay(capture: Iterable<string>, form: 'plain' | 'gzip'): Promise<ReplaySpeed> {
  const pieces: Uint8Array[] = []
  const bytes =
    form === 'gzip' ? compressed(capture) : Readable.from(inPieces(capture)).map((text) => Buffer.from(text))
  for await (const piece of bytes) pieces.push(piece as Uint8Array)
  const check = async () => mustConform(await checkStream(Readable.from(pieces), form, { closed: true }))
  await check()
  const begun = process.cpuUsage()
  const { lines } = await check()
  return speedOf(lines, begun)
}

/** Check each of these captures once to warm up and then as often as given. */
export async function measureCaptures(
  check: () => Promise<readonly CaptureVerdict[]>,
  times: number,
): Promise<ReplaySpeed> {
  await check()
  const begun = process.cpuUsage()
  let lines = 0
  for (let time = 0; time < times; time++) for (const verdict of await check()) lines += verdict.lines
  return speedOf(lines, begun)
}

/** Check a capture that is made, compressed and read as it goes; the peak of this process's memory, in bytes. */
export async function measurePeak(capture: Iterable<string>): Promise<{ lines: number; bytes: number }> {
  const { lines } = mustConform(await checkStream(compressed(capture), 'gzip', { closed: true }))
  return { lines, bytes: process.resourceUsage().maxRSS * 1024 }
}

const compressed = (capture: Iterable<string>) =>
  Readable.from(inPieces(capture)).pipe(createGzip({ level: constants.Z_BEST_SPEED }))

function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece: string[] = []
  for (const line of lines) {
    piece.push(line)
    if (piece.length < 500) continue
    yield `${piece.join('\n')}\n`
    piece = []
  }
  yield `${piece.join('\n')}\n`
}

function speedOf(lines: number, begun: NodeJS.CpuUsage): ReplaySpeed {
  const { user, system } = process.cpuUsage(begun)
  return { lines, linesPerCpuSecond: lines / ((user + system) / 1e6) }
}

function mustConform(verdict: CaptureVerdict): CaptureVerdict {
  const { violations, undecided } = verdict
  if (violations.length + undecided.length > 0)
    throw new Error(`the capture to measure with does not conform: ${JSON.stringify([...violations, ...undecided][0])}`)
  return verdict
}
