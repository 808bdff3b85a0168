import { linux } from '../../model/linux.ts'
import { rulesOn } from '../../model/quirk.ts'
import { quirks } from '../../model/quirks/index.ts'
import type { Rules } from '../../model/rules.ts'
import { CaptureError } from '../strace/capture-error.ts'
import type { StitchEvent } from '../strace/interval.ts'
import type { StraceLine } from '../strace/lines.ts'
import { mergeFiles, type ProcessFile } from '../strace/merge.ts'
import { openCapture, openStream, type CaptureHeader, type LineBatch, type OpenCapture } from '../strace/open.ts'
import { Stitcher } from '../strace/stitch.ts'
import { Ahead, FORESIGHT } from './ahead.ts'
import { atFirst } from './at-first.ts'
import { Checker } from './checker.ts'
import type { CheckOptions } from './ground.ts'
import { findingsOf, together, verdictOf, type Findings } from './findings.ts'
import { hiddenBy, PRELUDE } from './hidden.ts'
import { namesOutside } from './outside-names.ts'
import { WitnessJudge } from '../witness/judge.ts'
import type { Witness } from '../witness/open.ts'
import type { CaptureVerdict, UndecidedLine } from './verdict.ts'
import { worldOf } from './world.ts'

export interface CaptureOptions {
  readonly rules?: Rules
  /** Nobody outside the capture acted; absent: as its header says (`# closed: yes`). */
  readonly closed?: boolean
  readonly onReturn?: CheckOptions['onReturn']
  /** Why the capture does not show all that was done, if that is known; else its beginning is asked. */
  readonly hidden?: string | undefined
  /** What tracepoints of the kernel told beside it. */
  readonly witness?: Witness | undefined
  /** The lines come from several files. */
  readonly merged?: boolean
}

/**
 * Check a capture from a file, plain or gzip, or from standard input (`-`).
 *
 * Errors: CaptureError when there is nothing to check. A capture that is cut or damaged further on is checked up to
 * there, and the damage is an `undecided` line.
 */
export async function checkCapture(path: string, options: CaptureOptions = {}): Promise<CaptureVerdict> {
  return checkOpen(path === '-' ? await openStream(process.stdin, 'standard input') : await openCapture(path), options)
}

/**
 * Check the files of `strace -ff -o PREFIX`, one a process, as one capture. Its lines are numbered in the order of their
 * times, in which a call during which others act has two.
 *
 * Errors: CaptureError, also where the lines do not say when they were.
 */
export async function checkFiles(
  prefix: string,
  files: readonly ProcessFile[],
  options: CaptureOptions = {},
): Promise<CaptureVerdict> {
  const { header, durations, lines } = await mergeFiles(files)
  const hidden = durations ? undefined : 'without -T the files do not show when calls ended'
  return check(prefix, header, merged(lines), { ...options, hidden, merged: true })
}

async function* merged(batches: AsyncIterable<readonly StraceLine[]>): AsyncGenerator<Batch, void> {
  for await (const lines of batches) {
    const last = lines.at(-1)
    if (last !== undefined) yield { size: lines.length, last: last.line, read: (to, index) => to.push(lines[index]!) }
  }
}

/** Check the text of a capture. */
export async function checkText(text: string, name = 'text', options: CaptureOptions = {}): Promise<CaptureVerdict> {
  return checkStream(source(text), name, options)
}

/** Check a capture as it comes, plain or gzip. Errors: as `checkCapture`. */
export async function checkStream(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  options: CaptureOptions = {},
): Promise<CaptureVerdict> {
  return checkOpen(await openStream(bytes, name), options)
}

async function* source(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  yield new TextEncoder().encode(text)
}

const checkOpen = (capture: OpenCapture, options: CaptureOptions): Promise<CaptureVerdict> =>
  check(capture.name, capture.header, unscanned(capture.batches), options)

async function* unscanned(batches: AsyncIterable<LineBatch>): AsyncGenerator<Batch, void> {
  for await (const batch of batches) {
    const size = batch.lines.length
    yield { size, last: batch.firstLine + size - 1, read: (to, index) => to.readFrom(batch, index) }
  }
}

/** Lines at hand: how many, the number of the last, and how to read one of them. */
interface Batch {
  readonly size: number
  readonly last: number
  readonly read: (to: Stitcher, index: number) => void
}

async function check(
  name: string,
  header: CaptureHeader,
  batches: AsyncIterable<Batch>,
  options: CaptureOptions,
): Promise<CaptureVerdict> {
  const started = performance.now()
  const stitcher = new Stitcher()
  const feed = new Feed(options, header)
  let lines = 0
  let damage: UndecidedLine | undefined
  try {
    for await (const { size, last, read } of batches) {
      lines = last
      for (let index = 0; index < size; index++) {
        read(stitcher, index)
        feed.takeFrom(stitcher)
      }
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    damage = { line: error.line, why: error.why }
  }
  stitcher.finish()
  feed.takeFrom(stitcher)
  return verdictOf(feed.findings(), damage, name, lines, started)
}

/** Events that are held back, at the most. */
const MOST_HELD = 20 * PRELUDE

/**
 * Holds events back: at first until they show what the capture shows at all and which descriptors the first process had,
 * then for as long as what comes next may be the cause of what is seen before.
 */
class Feed {
  private readonly options: CaptureOptions
  private readonly header: CaptureHeader
  private ahead = new Ahead()
  private begun: Check | undefined
  /** What was found in what other commands did before. */
  private before: Findings | undefined

  constructor(options: CaptureOptions, header: CaptureHeader) {
    this.options = options
    this.header = header
  }

  takeFrom(stitcher: Stitcher): void {
    for (let event = stitcher.next(); event !== undefined; event = stitcher.next()) {
      if (event.kind === 'anew' && this.options.witness === undefined) {
        this.beginAnew()
        continue
      }
      this.ahead.add(event)
      const { acts, size } = this.ahead
      if (this.begun === undefined && (acts >= PRELUDE || size >= MOST_HELD)) this.begin()
      if (this.begun !== undefined) this.see(this.begun, FORESIGHT)
    }
  }

  private begin(): Check {
    return (this.begun ??= begin(this.ahead, this.options, this.header))
  }

  /** Look at all events but the last, of which `but` stay ahead. */
  private see({ checker, judge }: Check, but: number): void {
    while (this.ahead.size > but) {
      const event = this.ahead.take()!
      judge?.see(event)
      checker.see(event)
    }
  }

  private beginAnew(): void {
    this.before = this.findings()
    this.begun = undefined
    this.ahead = new Ahead()
  }

  /** Of all that was passed on. */
  findings(): Findings {
    const begun = this.begin()
    this.see(begun, 0)
    begun.checker.finish()
    const found = findingsOf(begun.checker.ground, begun.judge)
    return this.before === undefined ? found : together(this.before, found)
  }
}

/** A check under way. */
interface Check {
  readonly checker: Checker
  readonly judge: WitnessJudge | undefined
}

function begin(ahead: Ahead, options: CaptureOptions, header: CaptureHeader): Check {
  const prelude = [...ahead]
  const kernel = /^Linux (\S+)/.exec(header.get('kernel') ?? '')?.[1] ?? ''
  const closed = options.closed ?? header.get('closed') === 'yes'
  const inherited = header.get('inherited')?.split(' ').map(Number)
  const known = namesOutside(closed)(rulesOn(options.rules ?? linux, quirks, { kernel, sysctl: {}, traced: true }))
  const judge = options.witness === undefined ? undefined : new WitnessJudge(options.witness)
  const rules = judge === undefined ? known : judge.patch(known)
  const checker = new Checker(worldOf(rules, inherited ?? inheritedDescriptors(prelude)), {
    closed,
    hidden: options.hidden ?? hiddenBy(prelude),
    beginning: prelude.flatMap((event) => (event.kind === 'enter' ? [event.call.name] : [])),
    atFirst: atFirst(prelude),
    ahead,
    ...(inherited && { inheritedKnown: true }),
    ...(options.onReturn && { onReturn: options.onReturn }),
    ...(options.merged && { merged: true }),
  })
  return { checker, judge }
}

const MAKES_DESCRIPTOR =
  /^(open|openat|openat2|creat|dup|pipe|pipe2|socketpair|socket|eventfd2?|epoll_create1?|timerfd_create|inotify_init1?|fanotify_init|pidfd_open|pidfd_getfd|mq_open|memfd_create|memfd_secret|io_uring_setup|userfaultfd|perf_event_open|accept4?|open_tree|fsopen|fsmount|fspick|open_by_handle_at|landlock_create_ruleset)$/

/** Calls that make a descriptor of a number that the caller has a say in, or of which it is not shown in one place. */
const PLACES_DESCRIPTOR = /^(dup[23]|fcntl|ioctl|recvmsg|bpf)$/

/** Descriptors that the first process had: as many as lie below the first one it makes, where that shows it. */
function inheritedDescriptors(prelude: readonly StitchEvent[]): readonly number[] {
  return Array.from({ length: inheritedCount(prelude) }, (_, fd) => fd)
}

/** The lower one of the two descriptors that a pipe got. */
function lowerOf(args: string): number {
  const [, one, other] = /\[(\d+)(?:<.*?>)?(?:, (\d+))?/.exec(args) ?? []
  return one === undefined ? 3 : Math.min(Number(one), Number(other ?? one))
}

function inheritedCount(prelude: readonly StitchEvent[]): number {
  const first = prelude.find((event) => event.kind === 'enter')?.pid
  const placed = new Set<number>()
  for (const event of prelude) {
    if (event.kind !== 'enter' || event.pid !== first) continue
    const { name, result, args } = event.call
    if (PLACES_DESCRIPTOR.test(name) && result?.kind === 'value' && result.value > 0) placed.add(result.value)
    if (name === 'close' && placed.has(Number.parseInt(args))) continue
    if (name === 'close' && result?.kind === 'value') return Math.max(3, Number.parseInt(args) + 1)
    const makes = MAKES_DESCRIPTOR.test(name) || (name.startsWith('signalfd') && args.startsWith('-1'))
    if (!makes || result?.kind !== 'value') continue
    return /^(pipe|socketpair)/.test(name) ? lowerOf(args) : result.value
  }
  return 3
}
