import { DEFERRED, type LockEvent, type WitnessEvent } from './event.ts'
import type { Finding } from './finding.ts'

/**
 * Where all locks are kept by fs/locks.c, what is asked for by fcntl, or goes as a file is closed, passes through
 * posix_lock_inode() in the same thread just before. `isEnded`: the thread's last event is among these.
 */
export function unmatchedRequests(events: readonly WitnessEvent[], isEnded: boolean): Finding[] {
  const findings: Finding[] = []
  let open: LockEvent | undefined
  for (const event of events) {
    if (!isRecordLock(event)) continue
    if (event.name === 'posix_lock_inode') {
      if (open !== undefined && !isRepeated(open, event)) findings.push(unused(open))
      open = event
    } else if (open?.inode === event.inode) {
      open = undefined
    } else if (event.name === 'locks_remove_posix' || event.result === 0) {
      findings.push(found(event, 'nothing', 'the thread has made no such request of posix_lock_inode() before'))
      open = undefined
    }
  }
  if (open !== undefined && isEnded) findings.push(unused(open))
  return findings
}

const isRecordLock = (event: WitnessEvent): event is LockEvent =>
  event.name === 'posix_lock_inode' || event.name === 'locks_remove_posix' || event.name === 'fcntl_setlk'

/** A request that had to wait is made again; one that was granted is taken back when its descriptor was closed meanwhile. */
const isRepeated = (before: LockEvent, { type, atClose }: LockEvent): boolean =>
  before.result === DEFERRED || (type === 'F_UNLCK' && !atClose)

const unused = (open: LockEvent): Finding =>
  found(
    open,
    open.atClose ? 'locks_remove_posix after it' : 'fcntl_setlk after it',
    'the thread went on without telling for what it made the request',
  )

const found = (event: LockEvent, allowed: string, because: string): Finding => ({
  tid: event.tid,
  line: undefined,
  event,
  allowed,
  because,
  rule: 'traces/witness/lock-requests.ts',
  source: 'fs/locks.c fcntl_setlk(), locks_remove_posix()',
})
