import { constants, createGzip } from 'node:zlib'
import { Readable } from 'node:stream'
import { rateOf, type Rate } from '../properties/passes.ts'
import { checkStream } from './check/check-capture.ts'
import type { CaptureVerdict } from './check/verdict.ts'

export interface ReplaySpeed {
  readonly lines: number
  readonly linesPerCpuSecond: Rate
}

const PASSES = 5

/**
 * A long capture in which the model follows one state, read as from a file, checked once to warm up and then in passes.
 * The time to decompress is counted, that to compress is not.
 */
export async function measureReplay(capture: Iterable<string>, form: 'plain' | 'gzip'): Promise<ReplaySpeed> {
  const pieces: Uint8Array[] = []
  const bytes =
    form === 'gzip' ? compressed(capture) : Readable.from(inPieces(capture)).map((text) => Buffer.from(text))
  for await (const piece of bytes) pieces.push(piece as Uint8Array)
  const check = async () => mustConform(await checkStream(Readable.from(pieces), form, { closed: true }))
  const { lines } = await check()
  return { lines, linesPerCpuSecond: await rateOf(PASSES, async () => (await check()).lines) }
}

/** Check each of these captures once to warm up, and then as often as given. */
export async function measureCaptures(
  check: () => Promise<readonly CaptureVerdict[]>,
  passes: number,
): Promise<ReplaySpeed> {
  const all = async () => (await check()).reduce((sum, { lines }) => sum + lines, 0)
  return { lines: await all(), linesPerCpuSecond: await rateOf(passes, all) }
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

function mustConform(verdict: CaptureVerdict): CaptureVerdict {
  const { violations, undecided } = verdict
  if (violations.length + undecided.length > 0)
    throw new Error(`the capture to measure with does not conform: ${JSON.stringify([...violations, ...undecided][0])}`)
  return verdict
}
