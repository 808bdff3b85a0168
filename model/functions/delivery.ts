import type { Kernel } from '../kernel.ts'
import { defaultAction, SIGNALS, SIGNAL_MAX, SIGSTOP, UNBLOCKABLE } from '../signals.ts'
import type { Process } from '../state/processes.ts'
import { hasSignal, setOfSignals, withoutSignals, withSignals, type SignalSet } from '../state/signal-set.ts'
import { actionOf, type SignalActions, type Siginfo } from '../state/signals.ts'
import type { Thread } from '../state/threads.ts'
import { isRestartCode, type Result } from '../syscall.ts'
import { hasNoEffect, isExiting, waitedFor } from './signals.ts'

/** A signal about to be delivered: where it is queued. */
export interface Deliverable {
  readonly info: Siginfo
  readonly shared: boolean
}

/**
 * The signal that the thread takes next: its own before the process's, each by ascending number, oldest first.
 * Source: signal(7); kernel/signal.c dequeue_signal(), next_signal().
 */
export function nextSignal(kernel: Kernel, thread: Readonly<Thread>): Deliverable | undefined {
  const next = nextUnder(kernel, thread, thread.blocked)
  if (next !== undefined || thread.saved === null || thread.state !== 'running') return next
  return nextUnder(kernel, thread, thread.saved)
}

function nextUnder(kernel: Kernel, thread: Readonly<Thread>, blocked: SignalSet): Deliverable | undefined {
  const own = kernel.fn.lowestPending(thread.pending, blocked)
  if (own !== undefined) return { info: own, shared: false }
  const shared = kernel.fn.lowestPending(kernel.processes.at(thread.pid).pending, blocked)
  return shared === undefined ? undefined : { info: shared, shared: true }
}

/**
 * A sleep under another mask (sigsuspend) ended, and no handler ran under that mask: the old one is back, and the call is
 * to start again, before a signal that only the old mask lets in is taken. True when that is so.
 * Source: arch/x86/kernel/signal.c arch_do_signal_or_restart(), kernel/signal.c restore_saved_sigmask().
 */
export function restoreMask(kernel: Kernel, tid: number, signal: number): boolean {
  const { saved, blocked } = kernel.threads.at(tid)
  if (saved === null || !hasSignal(blocked, signal)) return false
  const row = kernel.threads.edit(tid)
  row.blocked = saved
  row.saved = null
  return true
}

/** The first instance of the lowest pending signal outside `blocked`. */
export function lowestPending(pending: readonly Siginfo[], blocked: SignalSet): Siginfo | undefined {
  let lowest: Siginfo | undefined
  for (const info of pending) {
    if (hasSignal(blocked, info.signal) || info.optional === true) continue
    if (lowest === undefined || rank(info.signal) < rank(lowest.signal)) lowest = info
  }
  return lowest
}

const { SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS } = SIGNALS
const SYNCHRONOUS = setOfSignals(SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS)

/** Signals that instructions cause come before all others. Source: kernel/signal.c next_signal(). */
const rank = (signal: number): number => (hasSignal(SYNCHRONOUS, signal) ? signal - SIGNAL_MAX : signal)

/** A signal waits that the thread could take on its way to user mode. */
export function hasDeliverable(kernel: Kernel, thread: Readonly<Thread>): boolean {
  return thread.pending.length > 0 || kernel.processes.at(thread.pid).pending.length > 0
    ? kernel.fn.nextSignal(kernel, thread) !== undefined
    : false
}

/**
 * The thread cannot go on in user mode (TIF_SIGPENDING): a stop waits for it, or a signal that is its own or that no
 * other thread of the process can take. Which of several threads takes a signal of the process is open.
 * Source: signal(7); kernel/signal.c complete_signal(), recalc_sigpending().
 */
export function mustTake(kernel: Kernel, thread: Readonly<Thread>): boolean {
  const { pending, threads, toStop } = kernel.processes.at(thread.pid)
  if (toStop.includes(thread.tid)) return true
  const takes = (candidate: Readonly<Thread>) => (info: Siginfo) =>
    info.optional !== true && !hasSignal(candidate.blocked, info.signal)
  if (thread.pending.some(takes(thread))) return true
  if (pending.length === 0) return false
  const others = threads.map((tid) => kernel.threads.at(tid)).filter((other) => other !== thread && !isExiting(other))
  return pending.some((info) => takes(thread)(info) && !others.some((other) => takes(other)(info)))
}

/** Signals have left the pending sets: a thread that had to take one may be free to go on. Source: kernel/signal.c recalc_sigpending(). */
export function recalcDue(kernel: Kernel, pid: number): void {
  for (const tid of kernel.processes.at(pid).threads) {
    const thread = kernel.threads.at(tid)
    if (thread.due && !kernel.fn.mustTake(kernel, thread)) kernel.threads.edit(tid).due = false
  }
}

/**
 * The sleep of the thread's call ends: the process stops, or a signal waits. One for which sigtimedwait waits is its
 * result, not an interruption.
 */
export function isInterrupted(kernel: Kernel, thread: Readonly<Thread>): boolean {
  const { pending, toStop } = kernel.processes.at(thread.pid)
  if (toStop.includes(thread.tid)) return true
  const asleepTo = withSignals(thread.blocked, waitedFor(thread))
  const wakes = (info: Siginfo) => !hasSignal(asleepTo, info.signal)
  return thread.pending.some(wakes) || pending.some(wakes)
}

const mayBePending = ({ optional, held }: Siginfo): boolean => optional === true && held !== true

/** The only thread of its process goes back to user mode: of what may be pending, it takes first all that is, and does not block. */
export function passOptional(kernel: Kernel, tid: number): void {
  const { pid, pending } = kernel.threads.at(tid)
  const process = kernel.processes.at(pid)
  if (process.threads.length > 1) return
  const isNew = (info: Siginfo) => mayBePending(info) && info.passed === undefined
  const passed = (queue: readonly Siginfo[]) =>
    queue.map((info): Siginfo => (isNew(info) ? { ...info, passed: 'back' } : info))
  if (pending.some(isNew)) kernel.threads.edit(tid).pending = passed(pending)
  if (process.pending.some(isNew)) kernel.processes.edit(pid).pending = passed(process.pending)
}

/** It enters a call: what it has not taken, and does not block, was not pending. Source: kernel/signal.c get_signal(). */
export function outlivePassed(kernel: Kernel, tid: number): void {
  const { pid, pending, blocked } = kernel.threads.at(tid)
  const process = kernel.processes.at(pid)
  if (process.threads.length > 1) return
  const isGone = (info: Siginfo) => info.passed === 'back' && !hasSignal(blocked, info.signal)
  const outlived = (queue: readonly Siginfo[]) =>
    queue.map((info): Siginfo => (isGone(info) ? { ...info, passed: 'gone' } : info))
  if (pending.some(isGone)) kernel.threads.edit(tid).pending = outlived(pending)
  if (process.pending.some(isGone)) kernel.processes.edit(pid).pending = outlived(process.pending)
}

/** Take one queued instance out of its set. Who takes it has looked at all. Source: kernel/signal.c dequeue_signal(). */
export function dequeue(kernel: Kernel, tid: number, { info, shared }: Deliverable): void {
  const without = (pending: readonly Siginfo[]) => pending.toSpliced(pending.indexOf(info), 1)
  const { pid } = kernel.threads.at(tid)
  if (shared) {
    const row = kernel.processes.edit(pid)
    row.pending = without(row.pending)
  } else {
    const row = kernel.threads.edit(tid)
    row.pending = without(row.pending)
  }
  if (kernel.threads.at(tid).wokenInVain) kernel.threads.edit(tid).wokenInVain = false
  kernel.fn.recalcDue(kernel, pid)
}

/** What may become of a signal at delivery; `core`: whether a dump is written; `late`: the thread has yet to stop, or die. */
export type Delivery =
  | { readonly signal: Deliverable; readonly becomes: 'handler' | 'nothing' }
  | { readonly signal: Deliverable; readonly becomes: 'stop'; readonly late?: true }
  | { readonly signal: Deliverable; readonly becomes: 'death'; readonly core: boolean; readonly late?: true }

/**
 * Every way in which the thread may take a signal now. A fatal signal queued behind another may have been decided when
 * it was sent (`Siginfo.racing`), so it too may come first. A signal that dumps core may or may not leave a dump
 * (RLIMIT_CORE, the directory).
 * Source: kernel/signal.c get_signal().
 */
export function deliveries(kernel: Kernel, thread: Readonly<Thread>): Delivery[] {
  const next = kernel.fn.nextSignal(kernel, thread)
  const process = kernel.processes.at(thread.pid)
  if (next === undefined && thread.pending.length === 0 && process.pending.length === 0) return []
  const all = next === undefined ? [] : kernel.fn.fatesOf(kernel, process, next)
  const waiting: Deliverable[] = [
    ...thread.pending.map((info) => ({ info, shared: false })),
    ...process.pending.map((info) => ({ info, shared: true })),
  ]
  for (const signal of waiting) {
    const { info } = signal
    if (info === next?.info || hasSignal(thread.blocked, info.signal)) continue
    if (info.optional === true || info.early === true) all.push(...kernel.fn.fatesOf(kernel, process, signal))
    else if (info.racing === true) all.push({ signal, becomes: 'death', core: false })
  }
  return all
}

export function fatesOf(kernel: Kernel, process: Readonly<Process>, signal: Deliverable): Delivery[] {
  const number = signal.info.signal
  const { handler } = actionOf(process.actions, number)
  if (handler === 'handler') return [{ signal, becomes: 'handler' }]
  if (hasNoEffect(process, number)) return [{ signal, becomes: 'nothing' }]
  switch (defaultAction(number)) {
    case 'ignore':
      return [{ signal, becomes: 'nothing' }]
    case 'stop':
      if (number !== SIGSTOP && kernel.fn.isOrphaned(kernel, process.group)) return [{ signal, becomes: 'nothing' }]
      return [{ signal, becomes: 'stop' }]
    case 'core':
      return [
        { signal, becomes: 'death', core: false },
        { signal, becomes: 'death', core: true },
      ]
    case 'terminate':
      return [{ signal, becomes: 'death', core: false }]
  }
}

/** Let a delivery happen. Source: kernel/signal.c get_signal(), signal_delivered(). */
export function deliver(kernel: Kernel, tid: number, delivery: Delivery): void {
  const { signal } = delivery.signal.info
  kernel.fn.dequeue(kernel, tid, delivery.signal)
  const startsAgain = kernel.fn.restoreMask(kernel, tid, signal)
  switch (delivery.becomes) {
    case 'nothing':
      return
    case 'death':
      if (delivery.late === true) kernel.threads.edit(tid).doom = signal | (delivery.core ? 0x80 : 0)
      else kernel.fn.takeFatal(kernel, tid, signal | (delivery.core ? 0x80 : 0))
      return
    case 'stop':
      kernel.fn.startStop(kernel, tid, signal, delivery.late)
      return
    case 'handler':
      kernel.fn.pushHandler(kernel, tid, signal, startsAgain)
  }
}

/** The thread has taken a fatal signal: the whole process dies of it. Source: kernel/signal.c get_signal(), do_group_exit(). */
export function takeFatal(kernel: Kernel, tid: number, status: number): void {
  kernel.fn.groupExit(kernel, kernel.threads.at(tid).pid, status)
}

/**
 * Start a handler: its mask is in force until it returns. `startsAgain`: that the interrupted call will was settled before.
 * Source: sigaction(2); kernel/signal.c signal_delivered().
 */
export function pushHandler(kernel: Kernel, tid: number, signal: number, startsAgain = false): void {
  const thread = kernel.threads.edit(tid)
  const { actions } = kernel.processes.at(thread.pid)
  const action = actionOf(actions, signal)
  const own = action.flags.has('SA_NODEFER') ? action.mask : withSignals(action.mask, setOfSignals(signal))
  const restart = startsAgain || kernel.fn.restarts(thread, actions, signal) ? thread.restart : null
  thread.frames = [...thread.frames, { signal, blocked: thread.saved ?? thread.blocked, restart }]
  thread.saved = null
  thread.restart = null
  thread.blocked = withoutSignals(withSignals(thread.blocked, own), UNBLOCKABLE)
  if (action.flags.has('SA_RESETHAND')) kernel.fn.setAction(kernel, thread.pid, signal, undefined)
}

/**
 * A handler lets the interrupted call start again only under SA_RESTART, and only a call of that class; fork starts
 * again under any.
 */
export function restarts(thread: Readonly<Thread>, actions: SignalActions, signal: number): boolean {
  const code = thread.restart?.syscall.interrupted
  if (code === 'ERESTARTNOINTR') return true
  return code === 'ERESTARTSYS' && actionOf(actions, signal).flags.has('SA_RESTART')
}

/** What leaves the kernel when the thread's sleep is interrupted: of a write that has written something, how much. */
export function interruptedResult(thread: Readonly<Thread>): Result {
  const written = thread.unfinished?.bytes ?? 0
  return written > 0 ? written : thread.call!.syscall.interrupted!
}

/** A signal, or the need to stop, ends the sleep of a call. */
export function interrupt(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.edit(tid)
  thread.result = interruptedResult(thread)
  if (isRestartCode(thread.result)) thread.restart = thread.call
  if (thread.unfinished !== null) kernel.fn.abandonCall(kernel, tid)
}
