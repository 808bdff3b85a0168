import { INIT } from '../functions/signals.ts'
import type { Quirk } from '../quirk.ts'
import { patchFunctions } from '../rules.ts'
import type { Kernel } from '../kernel.ts'
import { isRealTime, SIGKILL } from '../signals.ts'
import type { Siginfo } from '../state/signals.ts'

/** Instances of one signal that may or may not be queued, at the most. */
const MOST_OPTIONAL = 8

/**
 * An instance of the signal is queued, but one of the threads may have taken it by now: between that and the line which
 * tells of it the tracer lets others go on. Source: kernel/signal.c get_signal(), ptrace_signal().
 */
function mayBeTaken(kernel: Kernel, threads: readonly number[], pending: readonly Siginfo[], signal: number): boolean {
  if (signal === SIGKILL || isRealTime(signal)) return false
  const queued = pending.filter((info) => info.signal === signal)
  if (queued.length === 0 || queued.length > MOST_OPTIONAL) return false
  if (queued.every(({ optional }) => optional === true)) return true
  return threads.some((tid) => kernel.fn.wantsSignal(kernel, tid, signal))
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
  return others.length < MOST_OPTIONAL ? after.with(place, { ...found, others: [...others, info] }) : undefined
}

/**
 * A tracer is shown every signal before the signal does anything, so none is discarded when it is sent, and only SIGKILL
 * fixes an exit status then. It is told that a signal was taken some time after that, so that another of the same may
 * have been queued meanwhile. A tracer also delays the moment at which the parent can see a zombie, so that any of several
 * dead children may be the first to be waited for.
 */
export const traced: Quirk = {
  name: 'a tracer sees a signal before it is ignored or kills',
  source: 'ptrace(2); kernel/signal.c sig_ignored(), complete_signal(), kernel/exit.c wait_consider_task()',
  applies: (host) => host.traced,
  apply: patchFunctions((fn) => ({
    sendToProcess(kernel, pid, info, through = pid) {
      const { pending, threads } = kernel.processes.at(pid)
      if (!mayBeTaken(kernel, threads, pending, info.signal)) {
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
      const { pending, pid } = kernel.threads.at(tid)
      if (!mayBeTaken(kernel, [tid], pending, info.signal)) {
        fn.sendToThread(kernel, tid, info)
        const merged = mergedInto(pending, kernel.threads.at(tid).pending, info)
        if (merged !== undefined) kernel.threads.edit(tid).pending = merged
      } else if (kernel.fn.prepareSignal(kernel, pid, tid, info.signal)) {
        const row = kernel.threads.edit(tid)
        row.pending = [...row.pending, { ...info, optional: true }]
      }
    },
    // The namespace's init is nobody's tracee.
    isIgnored: (kernel, process, blocked, signal) =>
      (process.pid === INIT || signal === SIGKILL) && fn.isIgnored(kernel, process, blocked, signal),
    isDecidedAtGeneration: (_process, signal) => signal === SIGKILL,
    waitReports: (kernel, children, kinds) =>
      children.map((child) => kernel.fn.reportOf(kernel, child, kinds)).filter((report) => report !== undefined),
  })),
}
