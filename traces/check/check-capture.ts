import { linux } from '../../model/linux.ts'
import { rulesOn } from '../../model/quirk.ts'
import { quirks } from '../../model/quirks/index.ts'
import type { Rules } from '../../model/rules.ts'
import { CaptureError } from '../strace/capture-error.ts'
import type { StitchEvent } from '../strace/interval.ts'
import { openCapture, openStream, type CaptureHeader, type OpenCapture } from '../strace/open.ts'
import { Stitcher } from '../strace/stitch.ts'
import { Checker } from './checker.ts'
import { namesOutside } from './outside-names.ts'
import type { CaptureVerdict, UndecidedLine } from './verdict.ts'
import { worldOf } from './world.ts'

/** Events looked at, before the check begins, to see which descriptors the first process had. */
const PRELUDE = 5000

export interface CaptureOptions {
  readonly rules?: Rules
  /** Nobody outside the capture acted; absent: as its header says (`# closed: yes`). */
  readonly closed?: boolean
}

/**
 * Check a capture from a file, plain or gzip, or from standard input (`-`).
 *
 * Errors: CaptureError when there is nothing to check. A capture that is cut or damaged further on is checked up to
 * there, and the damage is an `undecided` line.
 */
export async function checkCapture(path: string, options: CaptureOptions = {}): Promise<CaptureVerdict> {
  return check(path === '-' ? await openStream(process.stdin, 'standard input') : await openCapture(path), options)
}

/** Check the text of a capture. */
export async function checkText(text: string, name = 'text', options: CaptureOptions = {}): Promise<CaptureVerdict> {
  return check(await openStream(source(text), name), options)
}

async function* source(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  yield new TextEncoder().encode(text)
}

async function check(capture: OpenCapture, options: CaptureOptions): Promise<CaptureVerdict> {
  const started = performance.now()
  const stitcher = new Stitcher()
  const prelude: StitchEvent[] = []
  let checker: Checker | undefined
  let lines = 0
  const see = (event: StitchEvent) => {
    if (checker !== undefined) {
      checker.see(event)
      return
    }
    prelude.push(event)
    if (prelude.length >= PRELUDE) checker = begin(prelude, options, capture.header)
  }
  let damage: UndecidedLine | undefined
  try {
    for await (const batch of capture.batches) {
      lines = batch.firstLine + batch.lines.length - 1
      for (let i = 0; i < batch.lines.length; i++) {
        stitcher.readFrom(batch, i)
        for (let event = stitcher.next(); event !== undefined; event = stitcher.next()) see(event)
      }
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    damage = { line: error.line, why: error.why }
  }
  stitcher.finish()
  for (const event of stitcher.take()) see(event)
  checker ??= begin(prelude, options, capture.header)
  if (damage !== undefined) checker.undecided.push(damage)
  return verdictOf(checker, capture.name, lines, (performance.now() - started) / 1000)
}

function begin(prelude: readonly StitchEvent[], options: CaptureOptions, header: CaptureHeader): Checker {
  const kernel = /^Linux (\S+)/.exec(header.get('kernel') ?? '')?.[1] ?? ''
  const closed = options.closed ?? header.get('closed') === 'yes'
  const inherited = header.get('inherited')?.split(' ').map(Number)
  const rules = namesOutside(closed)(rulesOn(options.rules ?? linux, quirks, { kernel, sysctl: {}, traced: true }))
  const checker = new Checker(worldOf(rules, inherited ?? inheritedDescriptors(prelude)), {
    closed,
    ...(inherited && { inheritedKnown: true }),
  })
  for (const event of prelude) checker.see(event)
  return checker
}

const MAKES_DESCRIPTOR =
  /^(open|openat|openat2|creat|dup|pipe|pipe2|socket|eventfd2|epoll_create1|mq_open|memfd_create)$/

/** Descriptors that the first process had: as many as lie below the first one it makes, where that shows it. */
function inheritedDescriptors(prelude: readonly StitchEvent[]): readonly number[] {
  return Array.from({ length: inheritedCount(prelude) }, (_, fd) => fd)
}

function inheritedCount(prelude: readonly StitchEvent[]): number {
  const first = prelude.find((event) => event.kind === 'enter')?.pid
  for (const event of prelude) {
    if (event.kind !== 'enter' || event.pid !== first) continue
    const { name, result, args } = event.call
    if (name === 'close' && result?.kind === 'value') return Math.max(3, Number.parseInt(args, 10) + 1)
    if (!MAKES_DESCRIPTOR.test(name) || result?.kind !== 'value') continue
    return name.startsWith('pipe') ? Number.parseInt(args.slice(1), 10) : result.value
  }
  return 3
}

function verdictOf(checker: Checker, file: string, lines: number, seconds: number): CaptureVerdict {
  const { violations, undecided } = checker
  return {
    file,
    verdict: violations.length > 0 ? 'violates' : undecided.length > 0 ? 'undecided' : 'conforms',
    lines,
    events: checker.events,
    modelled: checker.modelled,
    passedThrough: checker.passedThrough,
    unmodelled: checker.unmodelled,
    maxStates: checker.maxStates,
    seconds,
    violations,
    undecided,
    assumptions: [...checker.assumptions],
  }
}
