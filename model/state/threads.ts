import type { Errno } from '../errno.ts'
import type { Call, OutValues, Result } from '../syscall.ts'
import type { ThreadState } from '../lifecycle/thread.ts'
import type { LockCall } from './lock-call.ts'
import { NO_SIGNALS, type SignalSet } from './signal-set.ts'
import type { Siginfo } from './signals.ts'
import type { Fields, Row } from './table.ts'

/**
 * A thread, the kernel's task: what is scheduled, enters system calls and dies one exit phase at a time.
 * Source: include/linux/sched.h struct task_struct.
 */
export interface Thread extends Row {
  tid: number
  /** The thread group it belongs to; equal to `tid` for the main thread. */
  pid: number
  state: ThreadState
  /** The call it is in, or must enter again because a signal without a handler interrupted it (`restart`). */
  call: Call | null
  restart: Call | null
  /** Set once the call has taken effect: what it will return, and its out-parameters. */
  result: Result | null
  out: OutValues | null
  /** What the pending call has done and holds, when it sleeps in the middle. */
  unfinished: Unfinished | null
  /** The pending call was seen to wait: it found nothing to do, and flags that forbid waiting come too late; or waits for its vfork child. */
  slept: boolean
  /** What a call for a lock has come to, once it has found its file; null for any other call. */
  lockCall: LockCall | null
  /** The object among whose sleepers its call waits; null when it does not. */
  sleepsOn: SleepsOn | null
  /**
   * The System V object that its call names was removed after the call began, so EIDRM is an answer beside EINVAL; or the
   * terminal hung up to which it writes more than that surely holds.
   */
  objectGone: boolean
  /** Signals were deliverable when it left the kernel: they come before its next call. */
  due: boolean
  /** A fatal signal or exit_group has reached it: it dies at the next opportunity. */
  killed: boolean
  /** The wait status that a fatal signal will leave which it has taken, while its tracer has not let it go on; 0 for none. */
  doom: number
  /** Its processes, in the order in which they became its children. */
  children: readonly number[]
  /** Blocked signals; `saved` is the mask that sigsuspend will restore. */
  blocked: SignalSet
  saved: SignalSet | null
  /** Signals sent to this thread alone, oldest first. */
  pending: readonly Siginfo[]
  /** Handlers that are running, outermost first. */
  frames: readonly HandlerFrame[]
  /** PR_SET_PDEATHSIG; 0 for none. */
  parentDeathSignal: number
  /** Shared containers, by id; 0 once dropped. `undo` is 0 until the first SEM_UNDO. */
  mm: number
  files: number
  fs: number
  undo: number
  /** Open file descriptions whose last reference this thread dropped: released, last first, before it returns. */
  work: readonly number[]
  /** Progress inside a phase that takes several internal steps (a slot, a mapping, a semaphore set). */
  cursor: number
  /** The child whose exec or exit releases this thread from vfork, and the other way about; 0 for none. */
  vforkChild: number
  vforkParent: number
  /**
   * It was chosen for a signal or is to stop, and has not looked since (TIF_SIGPENDING), though nothing may be left to be
   * found. Followed where the signal was taken away, in vfork, and in a call that EINTR ends.
   */
  wokenInVain: boolean
  /** The stop signal by which it has stopped while its tracer has not shown that; 0 when there is none, or no tracer. */
  stopUnshown: number
  /** It took the last live place of its thread group (signal->live reached 0). */
  groupDead: boolean
  /** The value it passed to exit(2), as a wait status. */
  exitStatus: number
}

/** A call that has done a part of its work: a write into a full pipe, the opening of a FIFO that has no other side yet. */
export interface Unfinished {
  /** The open file description on which the call holds a reference of its own; 0 for none. */
  readonly description: number
  /** The numbers that it has promised itself for the descriptors that it makes, in their order. */
  readonly fds: readonly number[]
  /** The other side's openings (`Pipe`) when the open began to wait. */
  readonly openings: number
  /** Bytes written so far. */
  readonly bytes: number
  /** The terminal among whose readers it is; 0 for none. */
  readonly terminal: number
  /** A descriptor that the C library has opened for the time of the call, in front of all who share the table. */
  readonly opened: OpenedByLibrary | null
  /** What has been received, and is not passed on yet. */
  readonly received: BeingReceived | null
}

export interface OpenedByLibrary {
  readonly fd: number
  /** The open file description that the library put there. */
  readonly description: number
  /** Why the call is to fail, which is known before the descriptor is closed. */
  readonly failed?: Errno
}

/** A message that has left its socket; the references that came with it are the call's own until they have descriptors. */
export interface BeingReceived {
  readonly bytes: number
  readonly data: string | undefined
  /** Open file descriptions without a descriptor yet. */
  readonly rights: readonly number[]
  /** The descriptors of those before them. */
  readonly fds: readonly number[]
}

/** A semaphore set, a message queue from which it receives, or a POSIX queue. */
export interface SleepsOn {
  readonly kind: 'sem' | 'msg' | 'mq'
  readonly id: number
}

/** What a handler's return gives back. */
export interface HandlerFrame {
  readonly signal: number
  readonly blocked: SignalSet
  readonly restart: Call | null
}

export const newThread = (
  tid: number,
  pid: number,
  shares: Pick<Thread, 'mm' | 'files' | 'fs' | 'undo'>,
): Fields<Thread> => ({
  tid,
  pid,
  state: 'running',
  call: null,
  restart: null,
  result: null,
  out: null,
  unfinished: null,
  slept: false,
  sleepsOn: null,
  objectGone: false,
  lockCall: null,
  due: false,
  killed: false,
  doom: 0,
  children: [],
  blocked: NO_SIGNALS,
  saved: null,
  pending: [],
  frames: [],
  parentDeathSignal: 0,
  mm: shares.mm,
  files: shares.files,
  fs: shares.fs,
  undo: shares.undo,
  work: [],
  cursor: 0,
  vforkChild: 0,
  vforkParent: 0,
  wokenInVain: false,
  stopUnshown: 0,
  groupDead: false,
  exitStatus: 0,
  own: 0,
  step: 0,
  hash: 0,
})
