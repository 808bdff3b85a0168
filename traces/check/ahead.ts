import { SIGCONT } from '../../model/signals.ts'
import type { StitchEvent } from '../strace/interval.ts'

/** Events that have been read, and not been looked at yet. */
export class Ahead implements Iterable<StitchEvent> {
  private readonly events: (StitchEvent | undefined)[] = []
  private first = 0
  /** How many were added that are no words of strace's: of what called (-k) there may be many lines for each call. */
  acts = 0

  get size(): number {
    return this.events.length - this.first
  }

  add(event: StitchEvent): void {
    this.events.push(event)
    if (event.kind !== 'message') this.acts++
  }

  /** The next of them, which is ahead no longer; undefined if there is none. */
  take(): StitchEvent | undefined {
    if (this.size === 0) return undefined
    const event = this.events[this.first]
    this.events[this.first++] = undefined
    if (this.first >= MOST_TAKEN) this.first -= this.events.splice(0, this.first).length
    return event
  }

  *[Symbol.iterator](): Generator<StitchEvent> {
    for (let index = this.first; index < this.events.length; index++) yield this.events[index]!
  }

  /** As many of them as stay ahead of the one that is looked at, wherever that is. */
  *soon(): Generator<StitchEvent> {
    const end = Math.min(this.events.length, this.first + FORESIGHT)
    for (let index = this.first; index < end; index++) yield this.events[index]!
  }
}

/** Events that stay ahead of the one that is looked at. */
export const FORESIGHT = 256

/** Places of events taken that are kept before all are given back at once. */
const MOST_TAKEN = 4096

/** Calls that give the lowest free descriptor. Source: open(2), dup(2). */
export const GIVES =
  /^(open|openat|openat2|creat|dup|socket|accept4?|eventfd2?|epoll_create1?|timerfd_create|inotify_init1?|memfd_create|mq_open|pidfd_open)$/
/** Calls that close a descriptor, or all of some. */
const CLOSES = /^(close|close_range|dup2|dup3|execve|execveat)$/

/**
 * Whether, among the events to come, a call gives out a descriptor that nobody has closed meanwhile, so that it was
 * free all the time. `pid`: the only thread whose calls change the table; undefined where others may.
 */
export function isGivenLater(ahead: Iterable<StitchEvent>, pid: number | undefined, fd: number): boolean {
  if (pid === undefined) return false
  for (const event of ahead) {
    if (event.kind === 'message' || event.pid !== pid) continue
    if (event.kind === 'exited' || event.kind === 'killed') return false
    if (event.kind !== 'leave') continue
    const { name, args, result } = event.call
    if (result?.kind !== 'value') continue
    if (GIVES.test(name) && result.value === fd) return true
    if (!CLOSES.test(name)) continue
    const isOther = name === 'close' ? Number.parseInt(args, 10) !== fd : name.startsWith('dup') && result.value !== fd
    if (!isOther) return false
  }
  return false
}

/** Calls that wait for signals which a mask keeps back. */
const WAITS_FOR_SIGNALS = /^rt_sig(suspend|timedwait)$/

/** So many calls a thread does not make, once the line of a signal is late. */
const MANY = 3

/**
 * Whether, among the events to come, a thread makes some calls more before it takes a signal that is there, or waits
 * for one: it has kept the signal back.
 */
export function isTakenLater(ahead: Iterable<StitchEvent>, pid: number, signal: number): boolean {
  let calls = 0
  for (const event of ahead) {
    if (event.kind === 'message' || event.pid !== pid) continue
    if (event.kind === 'exited' || event.kind === 'killed') return false
    if (event.kind === 'signal' && event.signal === signal) return calls >= MANY
    if (event.kind !== 'enter') continue
    if (WAITS_FOR_SIGNALS.test(event.call.name)) return true
    calls++
  }
  return false
}

/**
 * Whether, among the events to come, a thread is given twice a descriptor from `given` on, before it is given, or
 * closes, one between `lowest` and that: these are taken.
 */
export function isTakenForGood(
  ahead: Iterable<StitchEvent>,
  pid: number,
  [lowest, given]: readonly [number, number],
): boolean {
  let above = 0
  for (const event of ahead) {
    if (above > 1) break
    if (event.kind === 'message' || event.pid !== pid || event.kind !== 'leave') continue
    const { name, args, result } = event.call
    if (result?.kind !== 'value') continue
    const fd = name === 'close' ? Number.parseInt(args, 10) : GIVES.test(name) ? result.value : -1
    if (fd >= lowest && fd < given) return false
    if (GIVES.test(name) && fd >= given) above++
  }
  return above > 1
}

/** Whether, among the events to come, the same call finds again that it would have to wait at the same descriptor. */
export function isRefusedAgain(ahead: Iterable<StitchEvent>, pid: number, fd: number): boolean {
  for (const event of ahead) {
    if (event.kind === 'message' || event.pid !== pid || event.kind !== 'leave') continue
    const { name, args, result } = event.call
    if (name === 'close' && Number.parseInt(args, 10) === fd) return false
    if (result?.kind === 'error' && result.errno === 'EAGAIN' && Number.parseInt(args, 10) === fd) return true
  }
  return false
}

/** Calls that use the descriptor which they name first. */
const USES =
  /^(read|write|pread64|pwrite64|readv|writev|lseek|fcntl|fstat|ioctl|close|send|recv|sendto|recvfrom|sendmsg|recvmsg)$/

/**
 * Whether, among the events to come, a thread goes on to use descriptors that are not open, of which no call makes any:
 * twice.
 */
export function usesUnmade(ahead: Iterable<StitchEvent>, pid: number, isOpen: (fd: number) => boolean): boolean {
  const made = new Set<number>()
  let uses = 0
  for (const event of ahead) {
    if (event.kind === 'message' || event.pid !== pid) continue
    if (event.kind === 'exited' || event.kind === 'killed') return false
    if (event.kind !== 'leave' || event.call.result?.kind !== 'value') continue
    const { name, args, result } = event.call
    if (GIVES.test(name) || name.startsWith('dup')) made.add(result.value)
    if (!USES.test(name)) continue
    const fd = Number.parseInt(args, 10)
    if (name === 'fcntl' && result.value > 0) made.add(result.value)
    if (!made.has(fd) && !isOpen(fd) && ++uses > 1) return true
  }
  return false
}

/** The bit of a wait status that says that memory was dumped. */
const CORE = 0x80

const SENDS_KILL = /^(kill|tkill|tgkill|rt_(tg)?sigqueueinfo|pidfd_send_signal)$/
const IS_KILL = /(SIGKILL|\b(0x)?9\b)/

/**
 * Threads that do nothing more, among the events to come, than to die of a signal, by their pids, with their wait statuses; not those
 * after which somebody is seen to send SIGKILL.
 */
export function killedNext(ahead: Iterable<StitchEvent>): ReadonlyMap<number, number> {
  const active = new Set<number>()
  const killed = new Map<number, number>()
  for (const event of ahead) {
    if (event.kind === 'message') continue
    if (event.kind === 'killed' && !active.has(event.pid)) killed.set(event.pid, event.signal | (event.core ? CORE : 0))
    if (event.kind === 'enter' && SENDS_KILL.test(event.call.name) && IS_KILL.test(event.call.args)) break
    active.add(event.pid)
  }
  return killed
}

const SENDER = /si_code=(?:SI_USER|SI_QUEUE|0x0|0)\b.*?si_pid=(\d+)/

/** Threads that take SIGCONT, among the events to come, by their pids, with who sent it. */
export function continuedNext(ahead: Iterable<StitchEvent>): ReadonlyMap<number, number> {
  const continued = new Map<number, number>()
  for (const event of ahead) {
    if (event.kind !== 'signal' || event.signal !== SIGCONT || continued.has(event.pid)) continue
    const [, sender] = SENDER.exec(event.info) ?? []
    if (sender !== undefined) continued.set(event.pid, Number(sender))
  }
  return continued
}

/** Calls whose result is a new process or thread. Source: clone(2), fork(2), vfork(2). */
export const MAKES = /^(clone3?|v?fork)$/

/** Whether, among the events to come, a call is entered that makes the thread with this number, before one that bore it dies. */
export function isMadeLater(ahead: Iterable<StitchEvent>, pid: number): boolean {
  for (const event of ahead) {
    if ((event.kind === 'exited' || event.kind === 'killed') && event.pid === pid) return false
    if (event.kind !== 'enter' || !MAKES.test(event.call.name)) continue
    if (event.call.result?.kind === 'value' && event.call.result.value === pid) return true
  }
  return false
}
