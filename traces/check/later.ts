import type { StitchEvent } from '../strace/interval.ts'

/** Calls that give the lowest free descriptor. Source: open(2), dup(2). */
const GIVES =
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
