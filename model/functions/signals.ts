import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { processChart } from '../lifecycle/process.ts'
import {
  defaultAction,
  isRealTime,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  signalName,
  SIGSTOP,
  STOP_SIGNALS,
  UNBLOCKABLE,
} from '../signals.ts'
import type { Process } from '../state/processes.ts'
import { hasSignal, setOfSignals, withoutSignals, withSignals, type SignalSet } from '../state/signal-set.ts'
import { actionOf, type SignalActions, type Siginfo } from '../state/signals.ts'
import type { Thread } from '../state/threads.ts'
import { isRestartCode } from '../syscall.ts'

/** The namespace's init: signals with a default disposition cannot harm it. Source: pid_namespaces(7). */
export const INIT = 1

/** Send a signal to a process as a whole. Source: kill(2); kernel/signal.c send_signal_locked(PIDTYPE_TGID). */
export function sendToProcess(kernel: Kernel, pid: number, info: Siginfo): void {
  if (!kernel.fn.prepareSignal(kernel, pid, pid, info.signal)) return
  const process = kernel.processes.at(pid)
  if (isQueuedAlready(process.pending, info.signal)) return
  kernel.processes.edit(pid).pending = [...process.pending, info]
  kernel.fn.completeSignal(kernel, pid, 0, info.signal)
}

/** Send a signal to one thread. Source: tgkill(2); kernel/signal.c send_signal_locked(PIDTYPE_PID). */
export function sendToThread(kernel: Kernel, tid: number, info: Siginfo): void {
  const thread = kernel.threads.at(tid)
  if (!kernel.fn.prepareSignal(kernel, thread.pid, tid, info.signal)) return
  if (isQueuedAlready(thread.pending, info.signal)) return
  kernel.threads.edit(tid).pending = [...kernel.threads.at(tid).pending, info]
  kernel.fn.completeSignal(kernel, thread.pid, tid, info.signal)
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
  const { state } = kernel.processes.at(pid)
  if (state !== 'running' && state !== 'stopped') return false
  if (hasSignal(STOP_SIGNALS, signal)) kernel.fn.flushSignals(kernel, pid, setOfSignals(SIGCONT))
  if (signal === SIGCONT) {
    kernel.fn.flushSignals(kernel, pid, STOP_SIGNALS)
    if (state === 'stopped') kernel.fn.continueProcess(kernel, pid)
  }
  return !kernel.fn.isIgnored(kernel, kernel.processes.at(pid), kernel.threads.at(tid).blocked, signal)
}

/** Drop pending instances of these signals from every set of the process. Source: kernel/signal.c flush_sigqueue_mask(). */
export function flushSignals(kernel: Kernel, pid: number, signals: SignalSet): void {
  const stays = (info: Siginfo) => !hasSignal(signals, info.signal)
  const process = kernel.processes.at(pid)
  if (!process.pending.every(stays)) kernel.processes.edit(pid).pending = process.pending.filter(stays)
  for (const tid of process.threads) {
    const { pending } = kernel.threads.at(tid)
    if (!pending.every(stays)) kernel.threads.edit(tid).pending = pending.filter(stays)
  }
}

/**
 * Discarded at generation: not blocked, and SIG_IGN or ignored by default; for a namespace's init every default.
 * Source: signal(7); kernel/signal.c sig_ignored(), sig_task_ignored().
 */
export function isIgnored(_kernel: Kernel, process: Readonly<Process>, blocked: SignalSet, signal: number): boolean {
  if (hasSignal(blocked, signal)) return false
  return hasNoEffect(process, signal)
}

/** The disposition makes the signal vanish at delivery. */
export function hasNoEffect(process: Readonly<Process>, signal: number): boolean {
  const { handler } = actionOf(process.actions, signal)
  if (handler === 'SIG_DFL') return process.pid === INIT || defaultAction(signal) === 'ignore'
  return handler === 'SIG_IGN'
}

/**
 * A fatal signal that a thread can take now fixes the exit status while its sender still runs, unless it may dump core
 * or another signal waits before it. `tid` 0: any thread, the main one first.
 * Source: kernel/signal.c complete_signal(), wants_signal().
 */
export function completeSignal(kernel: Kernel, pid: number, tid: number, signal: number): void {
  const process = kernel.processes.at(pid)
  const candidates = tid === 0 ? process.threads : [tid]
  const taker = candidates.find((candidate) => kernel.fn.wantsSignal(kernel, candidate, signal))
  if (taker !== undefined && kernel.fn.isDecidedAtGeneration(process, signal)) {
    kernel.fn.groupExit(kernel, pid, signal)
    return
  }
  for (const candidate of candidates) kernel.touch(kernel.threads.key(candidate))
}

export function wantsSignal(kernel: Kernel, tid: number, signal: number): boolean {
  const thread = kernel.threads.at(tid)
  if (hasSignal(thread.blocked, signal) || isExiting(thread)) return false
  if (signal === SIGKILL) return true
  if (kernel.processes.at(thread.pid).state === 'stopped') return false
  return countDeliverable(kernel, thread) <= 1
}

export function isDecidedAtGeneration(process: Readonly<Process>, signal: number): boolean {
  if (signal === SIGKILL) return true
  return actionOf(process.actions, signal).handler === 'SIG_DFL' && defaultAction(signal) === 'terminate'
}

export const isExiting = (thread: Readonly<Thread>): boolean =>
  thread.state.startsWith('exiting') || thread.state === 'dead'

function countDeliverable(kernel: Kernel, thread: Readonly<Thread>): number {
  const takes = (info: Siginfo) => !hasSignal(thread.blocked, info.signal)
  return thread.pending.filter(takes).length + kernel.processes.at(thread.pid).pending.filter(takes).length
}

/**
 * Fix the wait status of the process and let every thread die. The first call decides; later ones change nothing.
 * Source: exit_group(2); kernel/exit.c do_group_exit(), kernel/signal.c complete_signal().
 */
export function groupExit(kernel: Kernel, pid: number, status: number): void {
  const process = kernel.processes.at(pid)
  if (process.groupExit >= 0) return
  const row = kernel.processes.edit(pid)
  row.groupExit = status
  row.state = advance(processChart, row.state, 'GROUP_EXIT')
  row.stopSignal = 0
  for (const tid of row.threads) if (!isExiting(kernel.threads.at(tid))) kernel.threads.edit(tid).killed = true
}

/** Stop every thread, and let the parent know. Source: signal(7); kernel/signal.c do_signal_stop(). */
export function stopProcess(kernel: Kernel, pid: number, signal: number): void {
  const row = kernel.processes.edit(pid)
  row.state = advance(processChart, row.state, 'STOP')
  row.stopSignal = signal
  row.report = 'stopped'
  kernel.fn.notifyParentOfStop(kernel, pid, 'CLD_STOPPED', signal)
}

/** Resume, at the generation of SIGCONT; the process itself tells its parent when it runs. */
export function continueProcess(kernel: Kernel, pid: number): void {
  const row = kernel.processes.edit(pid)
  row.state = advance(processChart, row.state, 'CONTINUE')
  row.stopSignal = 0
  row.report = 'continued'
  row.untold = 'continued'
  kernel.fn.wakeParent(kernel, pid)
  for (const tid of row.threads) kernel.touch(kernel.threads.key(tid))
}

/** Whoever waits for this child looks again. Source: kernel/exit.c __wake_up_parent(). */
export function wakeParent(kernel: Kernel, pid: number): void {
  const { parent } = kernel.processes.at(pid)
  if (parent !== 0) kernel.touch(kernel.processes.key(kernel.threads.at(parent).pid))
}

/**
 * SIGCHLD for a stop or a continue, unless the parent set SA_NOCLDSTOP or ignores it; waiters wake in any case.
 * Source: sigaction(2); kernel/signal.c do_notify_parent_cldstop().
 */
export function notifyParentOfStop(
  kernel: Kernel,
  pid: number,
  code: 'CLD_STOPPED' | 'CLD_CONTINUED',
  status: number,
): void {
  const { parent } = kernel.processes.at(pid)
  if (parent === 0) return
  const parentPid = kernel.threads.at(parent).pid
  const action = actionOf(kernel.processes.at(parentPid).actions, SIGCHLD)
  if (action.handler !== 'SIG_IGN' && !action.flags.has('SA_NOCLDSTOP')) {
    kernel.fn.sendToProcess(kernel, parentPid, { signal: SIGCHLD, code, pid, status })
  }
  kernel.fn.wakeParent(kernel, pid)
}

/**
 * Tell the parent of a death, by the exit signal. True when the parent wants no zombie: SIG_IGN for SIGCHLD, which also
 * suppresses the signal, or SA_NOCLDWAIT, which does not.
 * Source: sigaction(2), wait(2) NOTES; kernel/signal.c do_notify_parent().
 */
export function notifyParent(kernel: Kernel, pid: number): boolean {
  const child = kernel.processes.at(pid)
  if (child.parent === 0) return false
  const parentPid = kernel.threads.at(child.parent).pid
  const action = actionOf(kernel.processes.at(parentPid).actions, SIGCHLD)
  const unwanted = child.exitSignal === SIGCHLD && (action.handler === 'SIG_IGN' || action.flags.has('SA_NOCLDWAIT'))
  const silent = child.exitSignal === 0 || (child.exitSignal === SIGCHLD && action.handler === 'SIG_IGN')
  if (!silent) kernel.fn.sendToProcess(kernel, parentPid, deathOf(child))
  kernel.fn.wakeParent(kernel, pid)
  return unwanted
}

function deathOf(child: Readonly<Process>): Siginfo {
  const status = child.groupExit
  const signal = child.exitSignal
  if ((status & 0x7f) === 0) return { signal, code: 'CLD_EXITED', pid: child.pid, status: (status >> 8) & 0xff }
  return { signal, code: (status & 0x80) === 0 ? 'CLD_KILLED' : 'CLD_DUMPED', pid: child.pid, status: status & 0x7f }
}

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
  const own = kernel.fn.lowestPending(thread.pending, thread.blocked)
  if (own !== undefined) return { info: own, shared: false }
  const shared = kernel.fn.lowestPending(kernel.processes.at(thread.pid).pending, thread.blocked)
  return shared === undefined ? undefined : { info: shared, shared: true }
}

/** The first instance of the lowest pending signal outside `blocked`. */
export function lowestPending(pending: readonly Siginfo[], blocked: SignalSet): Siginfo | undefined {
  let lowest: Siginfo | undefined
  for (const info of pending) {
    if (hasSignal(blocked, info.signal)) continue
    if (lowest === undefined || info.signal < lowest.signal) lowest = info
  }
  return lowest
}

/** A signal waits that the thread would take on its way to user mode (TIF_SIGPENDING). */
export function hasDeliverable(kernel: Kernel, thread: Readonly<Thread>): boolean {
  return thread.pending.length > 0 || kernel.processes.at(thread.pid).pending.length > 0
    ? nextSignal(kernel, thread) !== undefined
    : false
}

/** Take one queued instance out of its set. */
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
}

/** What may become of a signal at delivery; `core`: whether a dump is written. */
export type Delivery =
  | { readonly signal: Deliverable; readonly becomes: 'handler' | 'nothing' | 'stop' }
  | { readonly signal: Deliverable; readonly becomes: 'death'; readonly core: boolean }

/**
 * Every way in which the thread may take a signal now. A fatal signal queued behind another may have been decided when
 * it was sent, if the thread was running on a processor at that moment, so it too may come first. A signal that dumps
 * core may or may not leave a dump (RLIMIT_CORE, the directory).
 * Source: kernel/signal.c get_signal().
 */
export function deliveries(kernel: Kernel, thread: Readonly<Thread>): Delivery[] {
  const next = kernel.fn.nextSignal(kernel, thread)
  if (next === undefined) return []
  const process = kernel.processes.at(thread.pid)
  const all = kernel.fn.fatesOf(kernel, process, next)
  if (!all.some((delivery) => delivery.becomes === 'death')) {
    for (const info of process.pending) {
      if (info === next.info || hasSignal(thread.blocked, info.signal)) continue
      if (kernel.fn.isDecidedAtGeneration(process, info.signal) && !hasNoEffect(process, info.signal)) {
        all.push({ signal: { info, shared: true }, becomes: 'death', core: false })
        break
      }
    }
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
  const { pid } = kernel.threads.at(tid)
  const { signal } = delivery.signal.info
  kernel.fn.dequeue(kernel, tid, delivery.signal)
  switch (delivery.becomes) {
    case 'nothing':
      return
    case 'death':
      kernel.fn.groupExit(kernel, pid, signal | (delivery.core ? 0x80 : 0))
      return
    case 'stop':
      kernel.fn.stopProcess(kernel, pid, signal)
      return
    case 'handler':
      kernel.fn.pushHandler(kernel, tid, signal)
  }
}

/** Start a handler: its mask is in force until it returns. Source: sigaction(2); kernel/signal.c signal_delivered(). */
export function pushHandler(kernel: Kernel, tid: number, signal: number): void {
  const thread = kernel.threads.edit(tid)
  const { actions } = kernel.processes.at(thread.pid)
  const action = actionOf(actions, signal)
  const own = action.flags.has('SA_NODEFER') ? action.mask : withSignals(action.mask, setOfSignals(signal))
  const restart = thread.restart !== null && kernel.fn.restarts(thread, actions, signal) ? thread.restart : null
  thread.frames = [...thread.frames, { signal, blocked: thread.saved ?? thread.blocked, restart }]
  thread.saved = null
  thread.restart = null
  thread.result = null
  thread.blocked = withoutSignals(withSignals(thread.blocked, own), UNBLOCKABLE)
  if (action.flags.has('SA_RESETHAND')) {
    const row = kernel.processes.edit(thread.pid)
    row.actions = row.actions.with(signal, undefined)
  }
}

/** A handler lets the interrupted call start again only under SA_RESTART, and only a call of that class. */
export function restarts(thread: Readonly<Thread>, actions: SignalActions, signal: number): boolean {
  return thread.restart?.syscall.interrupted === 'ERESTARTSYS' && actionOf(actions, signal).flags.has('SA_RESTART')
}

/** A signal, or the need to stop, ends the sleep of a call. */
export function interrupt(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.edit(tid)
  const code = thread.call!.syscall.interrupted!
  thread.result = code
  if (isRestartCode(code)) thread.restart = thread.call
}

/** The text of a signal for messages. */
export const describeSignal = (info: Siginfo): string => `${signalName(info.signal)} (${info.code})`

/** Whom kill(2) addresses, dead or alive: zombies count. Source: kernel/signal.c kill_something_info(). */
export function killTargets(kernel: Kernel, caller: Readonly<Thread>, pid: number): readonly number[] {
  if (pid > 0) {
    const process = kernel.threads.get(pid)?.pid
    return process === undefined ? [] : [process]
  }
  if (pid === -1) return kernel.processes.ids(({ pid: other }) => other !== INIT && other !== caller.pid)
  return kernel.groups.get(pid === 0 ? kernel.processOf(caller).group : -pid)?.members ?? []
}
