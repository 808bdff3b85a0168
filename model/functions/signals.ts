import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { EXITING } from '../lifecycle/thread.ts'
import { processChart } from '../lifecycle/process.ts'
import { defaultAction, isRealTime, SIGCONT, SIGKILL, STOP_SIGNALS, UNBLOCKABLE } from '../signals.ts'
import type { Process } from '../state/processes.ts'
import { hasSignal, NO_SIGNALS, setOfSignals, withoutSignals, type SignalSet } from '../state/signal-set.ts'
import { actionOf, type Siginfo, type SignalAction } from '../state/signals.ts'
import type { Thread } from '../state/threads.ts'

/** The namespace's init: signals with a default disposition cannot harm it. Source: pid_namespaces(7). */
export const INIT = 1

/**
 * Send a signal to a process as a whole. `through` is the thread by which the sender knows it: kill's argument, a dead
 * child's parent. Its mask says whether the signal is discarded as ignored, and it is the first choice to take it.
 * Source: kill(2); kernel/signal.c send_signal_locked(PIDTYPE_TGID).
 */
export function sendToProcess(kernel: Kernel, pid: number, info: Siginfo, through = pid): void {
  if (!kernel.fn.prepareSignal(kernel, pid, through, info.signal)) return
  const { pending } = kernel.processes.at(pid)
  if (kernel.fn.isQueuedAlready(pending, info.signal)) return
  const threads = [through, ...kernel.processes.at(pid).threads.filter((tid) => tid !== through)]
  kernel.processes.edit(pid).pending = kernel.fn.withPending(pending, info)
  // What may not have been queued has decided nothing.
  if (info.optional === true) {
    for (const tid of threads) kernel.touch(kernel.threads.key(tid))
    return
  }
  if (kernel.fn.completeSignal(kernel, pid, threads, info.signal) === 'racing') {
    kernel.processes.edit(pid).pending = kernel.fn.withPending(pending, { ...info, racing: true })
  }
}

/** From now on a change of the one's dispositions is one of the other's. Source: clone(2) CLONE_SIGHAND; kernel/fork.c copy_sighand(). */
export function shareHandlers(kernel: Kernel, pid: number, child: number): void {
  const row = kernel.processes.edit(pid)
  // The child's number names what they share: the maker may have shared others, and left them by execve.
  if (row.handlers === 0) row.handlers = child
  kernel.processes.edit(child).handlers = row.handlers
}

/** Set one disposition, undefined for the default, of all that share it. */
export function setAction(kernel: Kernel, pid: number, signal: number, action: SignalAction | undefined): void {
  const { handlers } = kernel.processes.at(pid)
  const sharers = handlers === 0 ? [pid] : kernel.processes.ids((other) => other.handlers === handlers)
  for (const sharer of sharers) {
    const row = kernel.processes.edit(sharer)
    const actions = row.actions.slice()
    while (actions.length <= signal) actions.push(undefined)
    actions[signal] = action
    row.actions = actions
  }
}

/** Send a signal to one thread. Source: tgkill(2); kernel/signal.c send_signal_locked(PIDTYPE_PID). */
export function sendToThread(kernel: Kernel, tid: number, info: Siginfo): void {
  const { pid } = kernel.threads.at(tid)
  if (!kernel.fn.prepareSignal(kernel, pid, tid, info.signal)) return
  const { pending } = kernel.threads.at(tid)
  if (kernel.fn.isQueuedAlready(pending, info.signal)) return
  kernel.threads.edit(tid).pending = kernel.fn.withPending(pending, info)
  if (kernel.fn.completeSignal(kernel, pid, [tid], info.signal) === 'racing') {
    kernel.threads.edit(tid).pending = kernel.fn.withPending(pending, { ...info, racing: true })
  }
}

/** Standard signals are kept once per set. Source: signal(7); kernel/signal.c legacy_queue(). */
export function isQueuedAlready(pending: readonly Siginfo[], signal: number): boolean {
  return !isRealTime(signal) && pending.some((info) => info.signal === signal)
}

/**
 * What a signal does at once, whatever its mask and disposition: stop signals and SIGCONT cancel each other, SIGCONT
 * resumes. False when it goes no further: the process is dying, or would ignore it.
 * Source: kernel/signal.c prepare_signal().
 */
export function prepareSignal(kernel: Kernel, pid: number, tid: number, signal: number): boolean {
  const { state, stopSignal } = kernel.processes.at(pid)
  if (state !== 'running' && state !== 'stopped') return false
  if (hasSignal(STOP_SIGNALS, signal)) kernel.fn.flushSignals(kernel, pid, setOfSignals(SIGCONT))
  if (signal === SIGCONT) {
    kernel.fn.flushSignals(kernel, pid, STOP_SIGNALS)
    if (stopSignal !== 0) kernel.fn.continueProcess(kernel, pid)
  }
  return !kernel.fn.isIgnored(kernel, kernel.processes.at(pid), kernel.threads.at(tid).blocked, signal)
}

/**
 * Drop pending instances of these signals from every set of the process. Who was chosen to take one still has to look, and
 * finds nothing. Source: kernel/signal.c flush_sigqueue_mask(), which leaves TIF_SIGPENDING as it is.
 */
export function flushSignals(kernel: Kernel, pid: number, signals: SignalSet): void {
  const stays = (info: Siginfo) => !hasSignal(signals, info.signal)
  const process = kernel.processes.at(pid)
  if (!process.pending.every(stays)) {
    kernel.fn.leaveAwake(
      kernel,
      process.threads,
      process.pending.filter((info) => !stays(info)),
    )
    kernel.processes.edit(pid).pending = process.pending.filter(stays)
  }
  for (const tid of process.threads) {
    const { pending } = kernel.threads.at(tid)
    if (pending.every(stays)) continue
    kernel.fn.leaveAwake(
      kernel,
      [tid],
      pending.filter((info) => !stays(info)),
    )
    kernel.threads.edit(tid).pending = pending.filter(stays)
  }
  kernel.fn.recalcDue(kernel, pid)
}

/**
 * These signals are taken away. Where one of the threads alone could be chosen for one of them, it was. Which of several
 * was is not followed. Source: kernel/signal.c complete_signal(), signal_wake_up().
 */
export function leaveAwake(kernel: Kernel, threads: readonly number[], taken: readonly Siginfo[]): void {
  for (const { signal } of taken) {
    const [chosen, ...others] = threads.filter((tid) => kernel.fn.wantsSignal(kernel, tid, signal))
    if (chosen !== undefined && others.length === 0) kernel.threads.edit(chosen).wokenInVain = true
  }
}

/**
 * Discarded at generation: not blocked, and SIG_IGN or ignored by default; for a namespace's init every default.
 * Source: signal(7); kernel/signal.c sig_ignored(), sig_task_ignored().
 */
export function isIgnored(_kernel: Kernel, process: Readonly<Process>, blocked: SignalSet, signal: number): boolean {
  return !hasSignal(blocked, signal) && hasNoEffect(process, signal)
}

/** The disposition makes the signal vanish at delivery. */
export function hasNoEffect(process: Readonly<Process>, signal: number): boolean {
  const { handler } = actionOf(process.actions, signal)
  if (handler === 'SIG_DFL') return process.pid === INIT || defaultAction(signal) === 'ignore'
  return handler === 'SIG_IGN'
}

/**
 * A signal has been queued for the first of these threads that wants it. A fatal one that cannot dump core then fixes
 * the exit status while its sender still runs: `decided`. `racing`: it does so only if that thread is on a processor,
 * because another signal waits for it already.
 * Source: kernel/signal.c complete_signal().
 */
export function completeSignal(
  kernel: Kernel,
  pid: number,
  threads: readonly number[],
  signal: number,
): 'decided' | 'racing' | 'queued' {
  for (const tid of threads) kernel.touch(kernel.threads.key(tid))
  const takers = threads.filter((tid) => kernel.fn.wantsSignal(kernel, tid, signal))
  if (takers.length === 0) return 'queued'
  if (!kernel.fn.isDecidedAtGeneration(kernel.processes.at(pid), signal)) {
    if (takers.length === 1) kernel.fn.wakeInVain(kernel, takers[0]!)
    return 'queued'
  }
  // A thread in sigtimedwait may be the one that is chosen, and takes the signal without harm.
  const waits = (thread: Readonly<Thread>) => hasSignal(thread.blocked, signal) && hasSignal(waitedFor(thread), signal)
  if (threads.some((tid) => waits(kernel.threads.at(tid)))) return 'queued'
  if (signal !== SIGKILL && takers.every((tid) => kernel.fn.isWokenAlready(kernel, tid))) {
    return takers.every((tid) => sleepsInVfork(kernel.threads.at(tid))) ? 'queued' : 'racing'
  }
  kernel.fn.groupExit(kernel, pid, signal)
  return 'decided'
}

/** It waits for its vfork child, and is off its processor by now. */
const sleepsInVfork = ({ vforkChild, slept }: Readonly<Thread>): boolean => vforkChild !== 0 && slept

/**
 * Fatal signals that found a thread woken already which waits for its vfork child: if it was on a processor still, it was
 * chosen all the same. Source: kernel/signal.c wants_signal(), complete_signal(); kernel/fork.c wait_for_vfork_done().
 */
export function racingInVfork(kernel: Kernel, thread: Readonly<Thread>): readonly number[] {
  if (sleepsInVfork(thread)) return []
  const pending = [...thread.pending, ...kernel.processes.at(thread.pid).pending]
  return pending
    .filter(({ racing, signal }) => racing === true && !hasSignal(thread.blocked, signal))
    .map(({ signal }) => signal)
}

/** Source: kernel/signal.c wants_signal(). */
export function wantsSignal(kernel: Kernel, tid: number, signal: number): boolean {
  const thread = kernel.threads.at(tid)
  if (hasSignal(thread.blocked, signal) || isExiting(thread)) return false
  return signal === SIGKILL || !isParked(kernel, thread)
}

/**
 * The thread has been woken for another signal, or to stop, and has not looked since (TIF_SIGPENDING): unless it is on a
 * processor, a signal does not choose it. The one in question is pending already.
 * Source: kernel/signal.c wants_signal(), signal_wake_up().
 */
export function isWokenAlready(kernel: Kernel, tid: number): boolean {
  const thread = kernel.threads.at(tid)
  const { toStop } = kernel.processes.at(thread.pid)
  return thread.wokenInVain || toStop.includes(tid) || countDeliverable(kernel, thread) > 1
}

/**
 * The only one that is chosen for a signal is not chosen again, and does not sleep on, even when the signal is taken away:
 * only the thread itself can find that there is none. Seen of a thread that waits for its vfork child, which nothing else
 * wakes, and of a call that then comes back with EINTR. Source: kernel/signal.c recalc_sigpending(), signal_wake_up().
 */
export function wakeInVain(kernel: Kernel, tid: number): void {
  const { vforkChild, wokenInVain, state, call } = kernel.threads.at(tid)
  const shows = vforkChild !== 0 || (state === 'in-call' && call!.syscall.interrupted === 'EINTR')
  if (shows && !wokenInVain) kernel.threads.edit(tid).wokenInVain = true
}

/** The signals for which the thread waits in sigtimedwait. Source: sigwaitinfo(2); `real_blocked` in kernel/signal.c. */
export function waitedFor(thread: Readonly<Thread>): SignalSet {
  if (thread.state !== 'in-call' || thread.call?.syscall.name !== 'rt_sigtimedwait') return NO_SIGNALS
  return withoutSignals(thread.call.args.set as SignalSet, UNBLOCKABLE)
}

export function isDecidedAtGeneration(process: Readonly<Process>, signal: number): boolean {
  if (signal === SIGKILL) return true
  return actionOf(process.actions, signal).handler === 'SIG_DFL' && defaultAction(signal) === 'terminate'
}

export const isExiting = (thread: Readonly<Thread>): boolean => EXITING.has(thread.state) || thread.state === 'dead'

/** The thread has stopped with its process, or before the rest of it. */
export function isParked(kernel: Kernel, thread: Readonly<Thread>): boolean {
  const { stopSignal, toStop } = kernel.processes.at(thread.pid)
  return stopSignal !== 0 && !toStop.includes(thread.tid)
}

function countDeliverable(kernel: Kernel, thread: Readonly<Thread>): number {
  const takes = (info: Siginfo) => !hasSignal(thread.blocked, info.signal)
  return thread.pending.filter(takes).length + kernel.processes.at(thread.pid).pending.filter(takes).length
}

/**
 * Fix the wait status of the process and let every thread die. The first call decides; later ones change nothing. A stop
 * or a continue that nobody has read is forgotten.
 * Source: exit_group(2); kernel/exit.c do_group_exit(), kernel/signal.c complete_signal().
 */
export function groupExit(kernel: Kernel, pid: number, status: number): void {
  const process = kernel.processes.at(pid)
  if (process.groupExit >= 0) return
  const row = kernel.processes.edit(pid)
  row.groupExit = status
  row.state = advance(processChart, row.state, 'GROUP_EXIT')
  row.stopSignal = 0
  row.toStop = []
  row.report = 'none'
  row.untold = 'none'
  for (const tid of row.threads) if (!isExiting(kernel.threads.at(tid))) kernel.threads.edit(tid).killed = true
}

/** Whom a signal for a process reaches: the process, and the thread through which it is known. */
export interface Target {
  readonly pid: number
  readonly through: number
}

/** Whom kill(2) addresses, dead or alive: zombies count. Source: kernel/signal.c kill_something_info(). */
export function killTargets(kernel: Kernel, caller: Readonly<Thread>, pid: number): readonly Target[] {
  if (pid > 0) {
    const thread = kernel.threads.get(pid)
    return thread === undefined ? [] : [{ pid: thread.pid, through: pid }]
  }
  const pids =
    pid === -1
      ? kernel.processes.ids(({ pid: other }) => other !== INIT && other !== caller.pid)
      : (kernel.groups.get(pid === 0 ? kernel.processOf(caller).group : -pid)?.members ?? [])
  return pids.map((target) => ({ pid: target, through: target }))
}
