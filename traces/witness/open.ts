import { createReadStream } from 'node:fs'
import { CaptureError } from '../strace/capture-error.ts'
import { inflate } from '../strace/inflate.ts'
import { readEvent, type WitnessEvent } from './event.ts'

/** Where a witness stands beside a capture: `x.witness` beside `x.strace`. */
export const witnessOf = (capture: string): string =>
  `${capture.replace(/(?:\.strace)?(\.gz)?$/, '')}.witness${/\.gz$/.exec(capture)?.[0] ?? ''}`

/** What the kernel's tracepoints told beside a capture. */
export interface Witness {
  readonly file: string
  readonly events: readonly WitnessEvent[]
  /** The tracepoints that were on. */
  readonly names: ReadonlySet<string>
  /** Threads that ran before the recording began, the main one first; none of a command. */
  readonly before: readonly number[]
  /** The numbers of its processes are not those of the capture, which was recorded in a pid namespace. */
  readonly otherNumbers: boolean
  /** What to add to the times of the events for the time of day, in seconds. */
  readonly clock: number
  /** All locks are kept by fs/locks.c. */
  readonly localLocks: boolean
  /** Of every process that died the last was seen. */
  readonly settled: boolean
  /** Why nothing can be concluded from it; undefined when it is whole. */
  readonly broken: string | undefined
}

/**
 * Read what a second witness has written, plain or gzip.
 *
 * Errors: CaptureError when it cannot be read, or is no such file.
 */
export async function readWitness(path: string): Promise<Witness> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const bytes of inflate(createReadStream(path), path)) text += decoder.decode(bytes, { stream: true })
  } catch (error) {
    if (error instanceof CaptureError) throw error
    throw new CaptureError(path, 'unreadable', 0, error instanceof Error ? error.message : String(error))
  }
  return parseWitness(text, path)
}

/** Read its text. Errors: CaptureError when it is none. */
export function parseWitness(text: string, file: string): Witness {
  const lines = text.split('\n')
  if (lines[0] !== '# witness: tracefs')
    throw new CaptureError(file, 'unreadable', 1, 'this is no witness; expected what record --witness has written')
  const header = new Map<string, string>()
  const events: WitnessEvent[] = []
  let broken: string | undefined
  lines.forEach((line, index) => {
    const key = /^# (\w+): (.*)$/.exec(line)
    if (key !== null) {
      header.set(key[1]!, key[2]!)
      return
    }
    if (line === '') return
    const event = readEvent(line, index + 1)
    if (event === undefined) broken ??= `line ${index + 1} of the witness cannot be read`
    else events.push(event)
  })
  const lost = header.get('lost')
  if (lost === undefined) broken = 'the witness does not say that it is whole: its recording was cut short'
  else if (lost !== '0') broken = `the witness has lost ${lost} events`
  const follows = header.get('follows') ?? ''
  return {
    file,
    events,
    names: new Set(header.get('events')?.split(' ')),
    before: /^\d/.test(follows) ? follows.split(' ').map(Number) : [],
    otherNumbers: header.get('pids') === 'others',
    clock: Number(header.get('clock')),
    localLocks: header.get('locks') === 'local',
    settled: header.get('settled') === 'yes',
    broken,
  }
}
