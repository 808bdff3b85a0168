import type { Deliverable, Delivery } from '../functions/delivery.ts'
import { INIT, isExiting } from '../functions/signals.ts'
import type { Quirk } from '../quirk.ts'
import { patchFunctions } from '../rules.ts'
import type { Kernel } from '../kernel.ts'
import { isRealTime, SIGCHLD, SIGCONT, SIGKILL, STOP_SIGNALS } from '../signals.ts'
import type { Process } from '../state/processes.ts'
import { hasSignal, type SignalSet } from '../state/signal-set.ts'
import type { Siginfo } from '../state/signals.ts'

/** Instances of one signal that may or may not be queued, at the most: those of SIGCHLD tell of a child each. */
const MOST_OPTIONAL = 8
const MOST_CHILDREN = 64

const mostOf = (signal: number): number => (signal === SIGCHLD ? MOST_CHILDREN : MOST_OPTIONAL)

/** A thread that is in another call, and does not block the signal, takes it before it could read it from a descriptor. */
function mayBeRead(kernel: Kernel, tid: number, signal: number): boolean {
  const { state, call, blocked } = kernel.threads.at(tid)
  return hasSignal(blocked, signal) || state !== 'in-call' || /^(p?readv?|io_)/.test(call!.syscall.name)
}

/**
 * An instance of the signal is queued, but one of the threads may have taken it by now: between that and the line which
 * tells of it the tracer lets others go on. Or a descriptor may take it, whose reads are not followed.
 * Source: kernel/signal.c get_signal(), ptrace_signal(), fs/signalfd.c signalfd_dequeue().
 */
function mayBeTaken(
  kernel: Kernel,
  { threads, readable }: Pick<Process, 'threads' | 'readable'>,
  pending: readonly Siginfo[],
  signal: number,
): boolean {
  if (hasSignal(readable, signal) && threads.some((tid) => mayBeRead(kernel, tid, signal)))
    return pending.filter((info) => info.signal === signal).length < mostOf(signal)
  if (signal === SIGKILL || isRealTime(signal)) return false
  const queued = pending.filter((info) => info.signal === signal && info.held !== true)
  if (queued.length === 0 || queued.length > mostOf(signal)) return false
  if (queued.every(({ optional }) => optional === true)) return true
  return threads.some((tid) => kernel.fn.wantsSignal(kernel, tid, signal))
}

/** Signals that a thread could take before this one of a lower number came may have been taken, before lines tell of it. */
function mayComeFirst(
  kernel: Kernel,
  threads: readonly number[],
  pending: readonly Siginfo[],
  signal: number,
): readonly Siginfo[] {
  const isEarly = (info: Siginfo) =>
    info.signal > signal && threads.some((tid) => kernel.fn.wantsSignal(kernel, tid, info.signal))
  return pending.some(isEarly) ? pending.map((info) => (isEarly(info) ? { ...info, early: true } : info)) : pending
}

/** A signal was dropped because one like it was queued; lines do not tell which of the two was sent first. */
function mergedInto(
  before: readonly Siginfo[],
  after: readonly Siginfo[],
  info: Siginfo,
): readonly Siginfo[] | undefined {
  const place = after.findIndex(({ signal }) => signal === info.signal)
  const found = after[place]
  if (after.length !== before.length || found === undefined || isRealTime(info.signal)) return undefined
  const others = found.others ?? []
  return others.length < mostOf(info.signal) ? after.with(place, { ...found, others: [...others, info] }) : undefined
}

/**
 * Signals are dropped from a queue, such as stop signals by SIGCONT, but not one that a thread in user mode has taken
 * while its tracer does not show it yet. Of a stop nothing comes then, if SIGCONT was what dropped it.
 * Source: kernel/signal.c prepare_signal(), task_clear_jobctl_pending(), get_signal().
 */
function heldOf(
  kernel: Kernel,
  threads: readonly number[],
  pending: readonly Siginfo[],
  dropped: SignalSet,
): readonly Siginfo[] {
  if (pending.length === 0) return pending
  const mayHold = (signal: number) => (tid: number) =>
    kernel.threads.at(tid).state === 'running' && kernel.fn.wantsSignal(kernel, tid, signal)
  const isDropped = ({ signal }: Siginfo) => hasSignal(dropped, signal) && threads.some(mayHold(signal))
  return pending
    .filter(isDropped)
    .slice(-MOST_OPTIONAL)
    .map((info) => ({ ...info, optional: true, held: true }))
}

const isOfDeath = ({ code }: Siginfo): boolean => code === 'CLD_EXITED' || code === 'CLD_KILLED'
const isGone = ({ passed, signal }: Siginfo): boolean => passed === 'gone' && signal === SIGCHLD

const nothingOf = (signal: Deliverable): Delivery => ({ signal, becomes: 'nothing' })

/** Calls that somebody who waits for a change of a child mostly is in, and which the change ends. */
const SLEEPS = /^(wait4|waitid|pause|rt_sigsuspend|rt_sigtimedwait|read|poll|ppoll|select|pselect6|epoll_\w+|futex)$/

/** Some thread of the parent's is not asleep: it could notice that a child has yet to stop, or to die. */
function isParentAwake(kernel: Kernel, { parent }: Readonly<Process>): boolean {
  const threads = kernel.processes.get(parent)?.threads ?? []
  const isAsleep = (tid: number) => {
    const { state, call } = kernel.threads.at(tid)
    return state === 'in-call' && SLEEPS.test(call!.syscall.name)
  }
  return !threads.every(isAsleep)
}

/** What the parent, or who waits, may find undone still, while the tracer has not let go of the thread. */
function lateOf(kernel: Kernel, process: Readonly<Process>, taken: readonly Delivery[]): readonly Delivery[] {
  const isSeen = (delivery: Delivery) =>
    delivery.becomes === 'stop' || (delivery.becomes === 'death' && process.report !== 'none')
  const found = taken.filter(isSeen)
  if (found.length === 0 || !isParentAwake(kernel, process)) return []
  return found.map((delivery): Delivery =>
    delivery.becomes === 'stop' || delivery.becomes === 'death' ? { ...delivery, late: true } : delivery,
  )
}

const SENDS: ReadonlySet<string> = new Set(['kill', 'tkill', 'tgkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo'])

/** Somebody is in a call that sends SIGCONT. */
const isContinuing = (kernel: Kernel): boolean =>
  kernel.threads.count(
    ({ state, call }) => state === 'in-call' && SENDS.has(call!.syscall.name) && call!.args.sig === SIGCONT,
  ) > 0

/**
 * A tracer is shown every signal before the signal does anything, so none is discarded when it is sent, and only SIGKILL
 * fixes an exit status then. It is told that a signal was taken some time after that, so that another of the same, or of
 * a lower number, may have been queued meanwhile. A tracer also delays the moment at which the parent can see a zombie, so
 * that any of several dead children may be the first to be waited for.
 */
export const traced: Quirk = {
  name: 'a tracer sees a signal before it is ignored or kills',
  source: 'ptrace(2); kernel/signal.c sig_ignored(), complete_signal(), kernel/exit.c wait_consider_task()',
  applies: (host) => host.traced,
  apply: patchFunctions((fn) => ({
    sendToProcess(kernel, pid, info, through = pid) {
      // That a child has stopped, or goes on, lines may show late or not at all; of its death there is a line.
      const isOver = (other: Siginfo) => isGone(other) && (isOfDeath(other) ? isOfDeath(info) : other.pid === info.pid)
      if (info.signal === SIGCHLD && kernel.processes.at(pid).pending.some(isOver)) {
        const row = kernel.processes.edit(pid)
        row.pending = row.pending.filter((other) => !isOver(other))
      }
      const process = kernel.processes.at(pid)
      const pending = mayComeFirst(kernel, process.threads, process.pending, info.signal)
      if (pending !== process.pending) kernel.processes.edit(pid).pending = pending
      if (!mayBeTaken(kernel, process, pending, info.signal)) {
        fn.sendToProcess(kernel, pid, info, through)
        const { pending: after, state } = kernel.processes.at(pid)
        const merged = state === 'running' || state === 'stopped' ? mergedInto(pending, after, info) : undefined
        if (merged !== undefined) kernel.processes.edit(pid).pending = merged
      } else if (kernel.fn.prepareSignal(kernel, pid, through, info.signal)) {
        const row = kernel.processes.edit(pid)
        row.pending = [...row.pending, { ...info, optional: true }]
      }
    },
    sendToThread(kernel, tid, info) {
      const { pending: before, pid } = kernel.threads.at(tid)
      const pending = mayComeFirst(kernel, [tid], before, info.signal)
      if (pending !== before) kernel.threads.edit(tid).pending = pending
      const { readable } = kernel.processes.at(pid)
      if (!mayBeTaken(kernel, { threads: [tid], readable }, pending, info.signal)) {
        fn.sendToThread(kernel, tid, info)
        const merged = mergedInto(pending, kernel.threads.at(tid).pending, info)
        if (merged !== undefined) kernel.threads.edit(tid).pending = merged
      } else if (kernel.fn.prepareSignal(kernel, pid, tid, info.signal)) {
        const row = kernel.threads.edit(tid)
        row.pending = [...row.pending, { ...info, optional: true }]
      }
    },
    flushSignals(kernel, pid, signals) {
      const { threads, pending } = kernel.processes.at(pid)
      const shared = heldOf(kernel, threads, pending, signals)
      const own = threads.map((tid) => heldOf(kernel, [tid], kernel.threads.at(tid).pending, signals))
      fn.flushSignals(kernel, pid, signals)
      if (shared.length > 0) {
        const row = kernel.processes.edit(pid)
        row.pending = [...row.pending, ...shared]
      }
      for (const [place, tid] of threads.entries()) {
        if (own[place]!.length === 0) continue
        const row = kernel.threads.edit(tid)
        row.pending = [...row.pending, ...own[place]!]
      }
    },
    fatesOf(kernel, process, signal) {
      const { held, signal: number } = signal.info
      return held === true && hasSignal(STOP_SIGNALS, number)
        ? [nothingOf(signal)]
        : fn.fatesOf(kernel, process, signal)
    },
    // The line that tells of a stop may come when SIGCONT has ended it.
    stopThread(kernel, tid) {
      fn.stopThread(kernel, tid)
      kernel.threads.edit(tid).stopUnshown = kernel.processes.at(kernel.threads.at(tid).pid).stopSignal
    },
    // The line tells of a fatal signal before the tracer lets the thread have it: until then others go on.
    takeFatal(kernel, tid, status) {
      const { threads } = kernel.processOf(kernel.threads.at(tid))
      const isLast = threads.every((other) => other === tid || isExiting(kernel.threads.at(other)))
      if (isLast) fn.takeFatal(kernel, tid, status)
      else kernel.threads.edit(tid).doom = status
    },
    // Of two threads that took a signal each, the second may be the first to have its line. A stop begins only when the
    // tracer lets go, until which others go on, and not at all if SIGCONT comes before that.
    deliveries(kernel, thread) {
      const taken = fn.deliveries(kernel, thread)
      const stops = taken.filter(({ becomes }) => becomes === 'stop')
      const dropped = stops.length > 0 && isContinuing(kernel) ? stops.map(({ signal }) => nothingOf(signal)) : []
      const process = kernel.processes.at(thread.pid)
      const late = taken.length === 0 ? taken : lateOf(kernel, process, taken)
      const found = late.length + dropped.length === 0 ? taken : [...taken, ...late, ...dropped]
      const { threads, pending } = process
      if (pending.length < 2 || threads.length < 2 || found.length === 0) return found
      const first = found[0]!.signal
      const others = threads.filter(
        (tid) => tid !== thread.tid && kernel.fn.wantsSignal(kernel, tid, first.info.signal),
      )
      if (!first.shared || others.length === 0) return found
      const more = pending.filter(
        (info) => !hasSignal(thread.blocked, info.signal) && !found.some(({ signal }) => signal.info === info),
      )
      return [...found, ...more.flatMap((info) => kernel.fn.fatesOf(kernel, process, { info, shared: true }))]
    },
    // The namespace's init is nobody's tracee.
    isIgnored: (kernel, process, blocked, signal) =>
      (process.pid === INIT || signal === SIGKILL) && fn.isIgnored(kernel, process, blocked, signal),
    isDecidedAtGeneration: (_process, signal) => signal === SIGKILL,
    waitReports: (kernel, children, kinds) =>
      children.map((child) => kernel.fn.reportOf(kernel, child, kinds)).filter((report) => report !== undefined),
  })),
}
