import type { StitchEvent } from '../strace/interval.ts'

/** Calls that give the lowest free descriptor. Source: open(2), dup(2). */
export const GIVES =
  /^(open|openat|openat2|creat|dup|socket|accept4?|eventfd2?|epoll_create1?|timerfd_create|inotify_init1?|memfd_create|mq_open|pidfd_open)$/
/** Calls that close a descriptor, or all of some. */
const CLOSES = /^(close|close_range|dup2|dup3|execve|execveat)$/

/**
 * Whether, among the events from a place on, a call gives out a descriptor that nobody has closed meanwhile, so that it was
 * free all the time. `pid`: the only thread whose calls change the table; undefined where others may.
 */
export function isGivenLater(
  events: readonly StitchEvent[],
  from: number,
  pid: number | undefined,
  fd: number,
): boolean {
  if (from === 0 || pid === undefined) return false
  for (let index = from; index < events.length; index++) {
    const event = events[index]!
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
 * Whether, among the events from a place on, a thread makes some calls more before it takes a signal that is there, or waits
 * for one: it has kept the signal back.
 */
export function isTakenLater(events: readonly StitchEvent[], from: number, pid: number, signal: number): boolean {
  if (from === 0) return false
  let calls = 0
  for (let index = from; index < events.length; index++) {
    const event = events[index]!
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
 * Whether, among the events from a place on, a thread is given twice a descriptor from `given` on, before it is given, or
 * closes, one between `lowest` and that: these are taken.
 */
export function isTakenForGood(
  events: readonly StitchEvent[],
  from: number,
  pid: number,
  [lowest, given]: readonly [number, number],
): boolean {
  if (from === 0) return false
  let above = 0
  for (let index = from; index < events.length && above < 2; index++) {
    const event = events[index]!
    if (event.kind === 'message' || event.pid !== pid || event.kind !== 'leave') continue
    const { name, args, result } = event.call
    if (result?.kind !== 'value') continue
    const fd = name === 'close' ? Number.parseInt(args, 10) : GIVES.test(name) ? result.value : -1
    if (fd >= lowest && fd < given) return false
    if (GIVES.test(name) && fd >= given) above++
  }
  return above > 1
}

/** Whether, among the events from a place on, the same call finds again that it would have to wait at the same descriptor. */
export function isRefusedAgain(events: readonly StitchEvent[], from: number, pid: number, fd: number): boolean {
  if (from === 0) return false
  for (let index = from; index < events.length; index++) {
    const event = events[index]!
    if (event.kind === 'message' || event.pid !== pid || event.kind !== 'leave') continue
    const { name, args, result } = event.call
    if (name === 'close' && Number.parseInt(args, 10) === fd) return false
    if (result?.kind === 'error' && result.errno === 'EAGAIN' && Number.parseInt(args, 10) === fd) return true
  }
  return false
}

const MAKES = /^(clone3?|v?fork)$/

/** Whether, among the events from a place on, a call is entered that makes the thread with this number, before one that bore it dies. */
export function isMadeLater(events: readonly StitchEvent[], from: number, pid: number): boolean {
  if (from === 0) return false
  for (let index = from; index < events.length; index++) {
    const event = events[index]!
    if ((event.kind === 'exited' || event.kind === 'killed') && event.pid === pid) return false
    if (event.kind !== 'enter' || !MAKES.test(event.call.name)) continue
    if (event.call.result?.kind === 'value' && event.call.result.value === pid) return true
  }
  return false
}
