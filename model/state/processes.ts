import type { ProcessState } from '../lifecycle/process.ts'
import { NO_SIGNALS, type SignalSet } from './signal-set.ts'
import type { Siginfo, SignalActions } from './signals.ts'
import type { Fields, Row } from './table.ts'

/** A process, that is a thread group. Source: include/linux/sched/signal.h struct signal_struct. */
export interface Process extends Row {
  pid: number
  state: ProcessState
  /** Its threads that are not gone, the main thread first while that has not been reaped. */
  threads: readonly number[]
  /** Threads that have not yet begun to exit (signal->live). */
  live: number
  /** The THREAD whose child it is; 0 for a namespace's init. */
  parent: number
  /** The signal its parent gets at its death; 0 for none. */
  exitSignal: number
  /** Its parent has called execve since it was made: SIGCHLD takes the place of another exit signal (parent_exec_id). */
  parentExeced: boolean
  group: number
  session: number
  /** Its controlling terminal, by id; 0 for none. */
  terminal: number
  /** A session leader remembers the foreground group of the terminal that hung up on it (tty_old_pgrp); 0 for none. */
  hungUpForeground: number
  actions: SignalActions
  /** Names those processes whose dispositions are the same object (CLONE_SIGHAND); 0 for none. */
  handlers: number
  /** Signals sent to the process as a whole, oldest first. */
  pending: readonly Siginfo[]
  /** The wait status that ends it, once fixed; -1 before. */
  groupExit: number
  /** The signal of the stop under way or complete, until SIGCONT; 0 for none. */
  stopSignal: number
  /** Threads that must yet stop before the process counts as stopped (group_stop_count). */
  toStop: readonly number[]
  /** A change that wait may report once; `none` when read or superseded. */
  report: 'none' | 'stopped' | 'continued'
  /** A change of which the parent has yet to be told by SIGCHLD. */
  untold: 'none' | 'stopped' | 'continued'
  didExec: boolean
  subreaper: boolean
  /** A subreaper was among its ancestors when it was made (has_child_subreaper). */
  hasSubreaper: boolean
  /** Seconds for which alarm(2) was set, while it is armed; 0 for not at all. */
  alarm: number
  limits: Limits
  /** It acts as root, whom RLIMIT_MEMLOCK does not stop; `unknown` after changes of ids that are not followed. */
  privileged: boolean | 'unknown'
  /** Its scheduling, or that of a forebear, was changed: it may come before or after others who wait. */
  rescheduled: boolean
  /** Signals that a descriptor may have taken from it (signalfd): one that was sent is pending, or is not any more. */
  readable: SignalSet
  /** System V objects it has made so far: no identifier names two of them. */
  ipcObjects: number
}

/** Soft resource limits that the model enforces. Source: getrlimit(2). */
export interface Limits {
  readonly NOFILE: number
  readonly MEMLOCK: number
  readonly SIGPENDING: number
  readonly NPROC: number
  readonly FSIZE: number
}

export const DEFAULT_LIMITS: Limits = {
  NOFILE: 1024,
  MEMLOCK: 8 << 20,
  SIGPENDING: 95_000,
  NPROC: 95_000,
  FSIZE: Infinity,
}

export const newProcess = (
  pid: number,
  from: Pick<
    Process,
    'parent' | 'exitSignal' | 'group' | 'session' | 'terminal' | 'actions' | 'hasSubreaper' | 'limits' | 'privileged'
  > & { readonly rescheduled?: boolean; readonly readable?: SignalSet },
): Fields<Process> => ({
  pid,
  state: 'running',
  threads: [pid],
  live: 1,
  parent: from.parent,
  exitSignal: from.exitSignal,
  parentExeced: false,
  group: from.group,
  session: from.session,
  terminal: from.terminal,
  hungUpForeground: 0,
  actions: from.actions,
  handlers: 0,
  pending: [],
  groupExit: -1,
  stopSignal: 0,
  toStop: [],
  report: 'none',
  untold: 'none',
  didExec: false,
  subreaper: false,
  hasSubreaper: from.hasSubreaper,
  alarm: 0,
  limits: from.limits,
  privileged: from.privileged,
  rescheduled: from.rescheduled ?? false,
  readable: from.readable ?? NO_SIGNALS,
  ipcObjects: 0,
  own: 0,
  step: 0,
  hash: 0,
})

/** A process group or a session: its members, zombies included, in the order in which they joined. */
export interface Members extends Row {
  id: number
  members: readonly number[]
}
