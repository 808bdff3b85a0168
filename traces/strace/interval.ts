/** What stitching lines together gives. */
import type {
  ExitedLine,
  KilledLine,
  MessageLine,
  SignalLine,
  StoppedLine,
  SupersededLine,
  UnreadableLine,
} from './lines.ts'
import type { Result } from './result.ts'

/**
 * How a call ended, as far as the lines read tell.
 * - `open`: not yet.
 * - `returned`: with a result, be it an error or a restart code.
 * - `died`: the thread ended inside it (exit itself, or killed): `= ?`, or no second half before the end of the thread.
 * - `detached`: strace let go of the process.
 * - `lost`: the thread went on without a second half; the capture hides or lacks it.
 * - `cut off`: the capture ends first.
 */
export type CallEnd = 'open' | 'returned' | 'died' | 'detached' | 'lost' | 'cut off'

/** One call of one thread, from entry to result. Read-only for all but the stitcher. */
export interface CallInterval {
  /** The thread; after an execve that is not the leader's the `leave` event bears the leader's pid instead. */
  pid: number
  /** `???` if strace could not name it. */
  readonly name: string
  /** Argument text known when the call was entered; a whole call's is all of it. */
  readonly entryArgs: string
  /** Argument text known so far: both halves once the call has ended. */
  args: string
  readonly enterLine: number
  readonly enterTime: number | undefined
  /** The line of the result, or undefined. */
  leaveLine: number | undefined
  result: Result | undefined
  duration: number | undefined
  end: CallEnd
}

/**
 * - `enter`, `leave`: a call on one line gives both. A call without a second half gives no `leave`.
 * - `named`: the process called `unnamed` (0) so far turns out to be `pid`; later events say so, and so do
 *   those before it that were still held back.
 * - `stray`: a line that reads well but fits nowhere: a result without a call, a line that could be anybody's.
 * - `anew`: all who were traced are gone, and another begins: what strace wrote of another command follows.
 * - signals, ends and messages are as lines.ts gives them. Lines that merely belong to a call do not appear.
 */
export type StitchEvent =
  | {
      readonly kind: 'enter'
      readonly line: number
      readonly pid: number
      readonly time: number | undefined
      readonly call: CallInterval
    }
  | {
      readonly kind: 'leave'
      readonly line: number
      readonly pid: number
      readonly time: number | undefined
      readonly call: CallInterval
    }
  | { readonly kind: 'named'; readonly line: number; readonly pid: number }
  | { readonly kind: 'anew'; readonly line: number; readonly pid: number }
  | { readonly kind: 'stray'; readonly line: number; readonly pid: number; readonly why: string }
  | SignalLine
  | StoppedLine
  | ExitedLine
  | KilledLine
  | SupersededLine
  | MessageLine
  | UnreadableLine
