import { NO_SIGNALS, type SignalSet } from './signal-set.ts'

/** Why a signal was sent: si_code, by name. Source: sigaction(2). */
export type SignalCode =
  | 'SI_USER'
  | 'SI_TKILL'
  | 'SI_KERNEL'
  | 'SI_QUEUE'
  | 'SI_MESGQ'
  | 'SI_TIMER'
  | 'CLD_EXITED'
  | 'CLD_KILLED'
  | 'CLD_DUMPED'
  | 'CLD_STOPPED'
  | 'CLD_CONTINUED'

/** A queued signal. `pid` is si_pid (0 from the kernel); `status` is si_status after a CLD_ code. */
export interface Siginfo {
  readonly signal: number
  readonly code: SignalCode
  readonly pid: number
  readonly status?: number
  /** What sigqueue sent along. */
  readonly value?: number
  /**
   * Fatal, and sent while another signal waited for the thread that would take it: if that thread was on a processor
   * just then, this one has fixed the exit status already.
   */
  readonly racing?: true
  /** A thread may have taken it before those of lower numbers were sent, though lines tell of it after. */
  readonly early?: true
  /** It may be pending and may not: sent while an instance was queued that a thread may have taken already, or where there may have been no room. */
  readonly optional?: true
  /**
   * `optional`, and sent before the only thread of its process last went back to user mode; `gone` once that has made a
   * call since, without having taken it.
   */
  readonly passed?: 'back' | 'gone'
  /** Out of its queue already, with the tracer of a thread that took it; lines tell of it later. */
  readonly held?: true
  /** It found no room in the queue (RLIMIT_SIGPENDING): pending without its siginfo. */
  readonly lost?: true
  /** Instances that were dropped because this one was queued, where it is not known which of them came first. */
  readonly others?: readonly Siginfo[]
}

/** What sigaction(2) sets for one signal. */
export interface SignalAction {
  readonly handler: 'SIG_DFL' | 'SIG_IGN' | 'handler'
  readonly mask: SignalSet
  readonly flags: ReadonlySet<ActionFlag>
}

export type ActionFlag = 'SA_RESTART' | 'SA_NOCLDSTOP' | 'SA_NOCLDWAIT' | 'SA_NODEFER' | 'SA_RESETHAND' | 'SA_SIGINFO'

export const DEFAULT_ACTION: SignalAction = { handler: 'SIG_DFL', mask: NO_SIGNALS, flags: new Set() }

/** The dispositions of a process, indexed by signal number; absent means SIG_DFL. */
export type SignalActions = readonly (SignalAction | undefined)[]

export const actionOf = (actions: SignalActions, signal: number): SignalAction => actions[signal] ?? DEFAULT_ACTION
