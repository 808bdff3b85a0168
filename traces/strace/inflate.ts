/** The plain bytes of a stream that may be compressed with gzip. */
import { createGunzip } from 'node:zlib'
import { CaptureError } from './capture-error.ts'

/** How other compressed files begin, and what makes text of them. */
const otherCompressions = [
  { magic: [0x28, 0xb5, 0x2f, 0xfd], tool: 'zstd -d' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], tool: 'xz -d' },
  { magic: [0x42, 0x5a, 0x68], tool: 'bzip2 -d' },
  { magic: [0x50, 0x4b, 0x03, 0x04], tool: 'unzip' },
]

/** zlib drops the output of the piece in which it finds damage, so the pieces are small: bytes. */
const pieceSize = 4096

/** Bytes as they are, or decompressed if they begin as a gzip file does. Throws CaptureError (line 0) where the file is damaged. */
export async function* inflate(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, void> {
  const pieces = withLongStart(source)
  const first = await pieces.next()
  if (first.done) return
  const start = first.value
  for (const { magic, tool } of otherCompressions) {
    if (magic.every((byte, index) => start[index] === byte)) {
      throw new CaptureError(
        name,
        'compressed',
        0,
        `this is compressed; expected text or gzip (decompress it with ${tool})`,
      )
    }
  }
  if (start[0] === 0x1f && start[1] === 0x8b) {
    yield* gunzip(start, pieces, name)
    return
  }
  yield start
  yield* pieces
}

/** The same bytes; the first piece has eight or more if there are as many. */
async function* withLongStart(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let start = new Uint8Array()
  let started = false
  for await (const bytes of source) {
    if (started) {
      yield bytes
      continue
    }
    start = Buffer.concat([start, bytes])
    started = start.length >= 8
    if (started) yield start
  }
  if (!started && start.length > 0) yield start
}

async function* gunzip(
  start: Uint8Array,
  others: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  const stream = createGunzip({ chunkSize: 1 << 16 })
  const output: Uint8Array[] = []
  stream.on('data', (bytes: Uint8Array) => output.push(bytes))
  let failure: CaptureError | undefined
  // zlib never answers a write that fails: the error is the answer.
  let answer = (): void => undefined
  stream.on('error', (error) => {
    failure = damaged(error, name)
    answer()
  })
  const answered = (ask: () => void) =>
    new Promise<void>((resolve) => {
      answer = resolve
      ask()
    })
  for await (const piece of smallPieces(start, others)) {
    await answered(() => stream.write(piece, () => answer()))
    yield* output.splice(0)
    if (failure) throw failure
  }
  await answered(() => stream.once('end', () => answer()).end())
  yield* output
  if (failure) throw failure
}

async function* smallPieces(start: Uint8Array, others: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < start.length; at += pieceSize) yield start.subarray(at, at + pieceSize)
  for await (const bytes of others) {
    for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize)
  }
}

function damaged(error: unknown, name: string): CaptureError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const why = code === 'Z_BUF_ERROR' ? 'the gzip file ends too early' : 'the gzip file is damaged'
  return new CaptureError(name, 'damaged', 0, `${why}; expected the rest of the capture`)
}
