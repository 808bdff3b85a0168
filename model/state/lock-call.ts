import type { RecordLockState } from '../lifecycle/record-lock.ts'
import type { RecordLock } from './open-files.ts'

/**
 * A call for a lock that has found its file and is not done. It holds a reference to the open file description, so that
 * it goes on as it began whatever becomes of the descriptor. Source: fs/locks.c struct file_lock, fs/file.c fdget().
 */
export interface LockCall {
  readonly description: number
  readonly state: RecordLockState
  /** The bytes asked for, both ends inclusive; resolved when the call began. A flock is for the whole file. */
  readonly start: number
  readonly end: number
  /** The record lock that it sleeps behind; null while it does not, or has been woken. A flock has none. */
  readonly behind: RecordLock | null
  /** The search for deadlocks sees it: what it is queued under is a POSIX lock, or a request for one. */
  readonly counted: boolean
  /** Woken beside another request under which it may have been queued: if so it sleeps on behind what that one got. */
  readonly mayMove: boolean
}
