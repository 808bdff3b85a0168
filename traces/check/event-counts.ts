import type { Call } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Field } from '../strace/values.ts'
import type { Cause } from './causes.ts'
import { describeCall } from './describe.ts'
import type { Ground } from './ground.ts'
import { isSureAt, likelyAt } from './offsets.ts'
import { EVENT_COUNTER } from './opaque-calls.ts'

/** The number that an eventfd holds. */
interface Counter {
  /** The process that made it. */
  readonly maker: number
  /** EFD_SEMAPHORE: a read takes 1 and no more. */
  readonly isSemaphore: boolean
  /** Undefined while it is not known. */
  count: number | undefined
  /** Calls under way that may change it. */
  busy: number
  /** Several such calls were under way at once, or it is not known on what they were. */
  isMixed: boolean
  /** The last call that changed it. */
  cause: Cause | undefined
}

const SIZE = 8

/** Calls that pass bytes by other ways, or hand the description to somebody unseen. */
const LOSES: ReadonlySet<string> = new Set(['splice', 'vmsplice', 'sendfile', 'sendmsg'])

const RULE = 'traces/check/event-counts.ts'
const SOURCE = 'eventfd(2); fs/eventfd.c eventfd_read(), eventfd_write()'

/**
 * What reads of eventfds may return: the sum of what was written. Only of those that the capture makes, and while one call
 * at a time is made on them.
 */
export class EventCounts {
  isUsed = false
  private isStopped = false
  private readonly counters = new Map<number, Counter>()
  private readonly moves = new Map<number, Counter>()

  /** The kernel itself may write to eventfds from here on. */
  stop(): void {
    this.isStopped = true
    this.isUsed = false
    this.counters.clear()
    this.moves.clear()
  }

  /** eventfd(2) has returned. */
  made(ground: Ground, tid: number, fd: number, { count, flags }: Call['args']): void {
    if (this.isStopped) return
    this.isUsed = true
    const maker = ground.state().threads.at(tid).pid
    const isSure = isSureAt(ground, tid)
    if (!isSure) {
      // It may bear the number of one that is gone.
      for (const [description, counter] of this.counters) if (counter.maker === maker) this.counters.delete(description)
      return
    }
    this.counters.set(likelyAt(ground, tid, fd), {
      maker,
      isSemaphore: (flags as ReadonlySet<string> | undefined)?.has('EFD_SEMAPHORE') === true,
      count: count as number,
      busy: 0,
      isMixed: false,
      cause: undefined,
    })
  }

  entered(ground: Ground, tid: number, { syscall, args }: Call): void {
    if (LOSES.has(syscall.name)) this.counters.clear()
    if (syscall.name !== 'read' && syscall.name !== 'write') return
    const kernel = ground.state()
    const description = likelyAt(ground, tid, args.fd as number)
    const counter = this.counters.get(description)
    if (counter === undefined || kernel.inodes.get(kernel.descriptions.at(description).inode)?.object !== EVENT_COUNTER)
      return
    counter.busy++
    if (counter.busy > 1 || !isSureAt(ground, tid)) counter.isMixed = true
    this.moves.set(tid, counter)
  }

  /** A call has come back; a read that does not return what the counter held is a violation. */
  left(ground: Ground, tid: number, { syscall }: Call, interval: CallInterval, fields: readonly Field[]): void {
    const counter = this.moves.get(tid)
    const { result } = interval
    if (counter === undefined) return
    this.moves.delete(tid)
    counter.busy--
    if (counter.isMixed) {
      counter.count = undefined
      if (counter.busy === 0) counter.isMixed = false
      return
    }
    const isDone = result?.kind === 'value' && result.value === SIZE
    const isNone = result?.kind === 'error' && result.errno === 'EAGAIN'
    const shown = bytesOf(fields)
    if (syscall.name === 'write') {
      if (!isDone) return
      const added = shown.length < SIZE ? undefined : numberIn(shown)
      counter.count = counter.count === undefined || added === undefined ? undefined : counter.count + added
    } else if (isNone || isDone) {
      this.judge(ground, tid, counter, interval, isNone ? undefined : shown)
    }
    if (isDone) {
      const line = interval.leaveLine ?? interval.enterLine
      counter.cause = { line, text: `${ground.who(tid)} ${describeCall(interval)}` }
    }
    if ((counter.count ?? 0) > Number.MAX_SAFE_INTEGER) counter.count = undefined
  }

  /** `shown`: the bytes that were read; undefined for EAGAIN. */
  private judge(
    ground: Ground,
    tid: number,
    counter: Counter,
    interval: CallInterval,
    shown: string | undefined,
  ): void {
    const { count, isSemaphore, cause } = counter
    const taken = count === undefined ? undefined : isSemaphore ? Math.min(1, count) : count
    counter.count = shown === undefined || !isSemaphore ? 0 : count === undefined ? undefined : Math.max(0, count - 1)
    if (taken === undefined || ground.isHidden() || ground.hasRing) return
    const allowed = taken === 0 ? undefined : bytesFor(taken)
    if (shown === undefined ? allowed === undefined : allowed?.startsWith(shown)) return
    const text =
      allowed === undefined ? 'read = -1 EAGAIN, or it sleeps: the count is 0' : `read = 8: the count is ${taken}`
    ground.violate(
      interval.leaveLine ?? interval.enterLine,
      tid,
      describeCall(interval),
      [text],
      [],
      { rule: RULE, source: SOURCE },
      { why: cause },
    )
  }
}

function bytesOf(fields: readonly Field[]): string {
  const value = fields[1]?.value
  return value?.kind === 'string' ? value.bytes.slice(0, SIZE) : ''
}

/** The number that a program has written, lowest byte first. */
const numberIn = (bytes: string): number =>
  Array.from(bytes).reduceRight((sum, byte) => sum * 256 + byte.charCodeAt(0), 0)

function bytesFor(count: number): string {
  let rest = count
  return Array.from({ length: SIZE }, () => {
    const byte = rest % 256
    rest = Math.floor(rest / 256)
    return String.fromCharCode(byte)
  }).join('')
}
