import type { Kernel } from '../kernel.ts'
import { SIGCHLD } from '../signals.ts'
import type { Thread } from '../state/threads.ts'
import { deathStatus, type WaitStatus } from '../wait-status.ts'

/** What one child has to report. `take` is what reading it consumes. */
export interface WaitReport {
  readonly pid: number
  readonly status: WaitStatus
  readonly take: 'zombie' | 'stopped' | 'continued'
}

/** Which kinds of report a wait asks for. */
export interface WaitKinds {
  readonly exited: boolean
  readonly stopped: boolean
  readonly continued: boolean
}

/** Which children a wait looks at. */
export type WaitTarget =
  | { readonly of: 'all' }
  | { readonly of: 'process'; readonly pid: number }
  | { readonly of: 'group'; readonly group: number }

/** What wait4's argument selects: a child, any, those of the caller's group (0), of a group (-id). Source: wait(2). */
export function waitTarget(kernel: Kernel, caller: Readonly<Thread>, pid: number): WaitTarget {
  if (pid > 0) return { of: 'process', pid }
  if (pid === -1) return { of: 'all' }
  return { of: 'group', group: pid === 0 ? kernel.processOf(caller).group : -pid }
}

/**
 * The children that a wait looks at, in this order: the calling thread's own, then those of the threads after it, round
 * to those before it. Source: wait(2); kernel/exit.c __do_wait(), eligible_child().
 */
export function waitCandidates(
  kernel: Kernel,
  caller: Readonly<Thread>,
  target: WaitTarget,
  options: ReadonlySet<string>,
): readonly number[] {
  const { threads } = kernel.processOf(caller)
  const own = threads.indexOf(caller.tid)
  const parents = options.has('__WNOTHREAD') ? [caller.tid] : [...threads.slice(own), ...threads.slice(0, own)]
  const all = parents.flatMap((tid) => kernel.threads.at(tid).children)
  return all.filter((child) => {
    const { group, exitSignal } = kernel.processes.at(child)
    if (!options.has('__WALL') && (exitSignal !== SIGCHLD) !== options.has('__WCLONE')) return false
    if (target.of === 'process') return child === target.pid
    return target.of === 'all' || group === target.group
  })
}

/** What the wait may return now: the report of the first child that has one. Source: kernel/exit.c wait_consider_task(). */
export function waitReports(kernel: Kernel, children: readonly number[], kinds: WaitKinds): readonly WaitReport[] {
  for (const child of children) {
    const report = kernel.fn.reportOf(kernel, child, kinds)
    if (report !== undefined) return [report]
  }
  return []
}

/** A death before a stop before a continue. */
export function reportOf(kernel: Kernel, pid: number, kinds: WaitKinds): WaitReport | undefined {
  const child = kernel.processes.at(pid)
  if (child.state === 'zombie') {
    return kinds.exited ? { pid, status: deathStatus(child.groupExit), take: 'zombie' } : undefined
  }
  if (kinds.stopped && child.report === 'stopped')
    return { pid, status: { stopped: child.stopSignal }, take: 'stopped' }
  if (kinds.continued && child.report === 'continued') return { pid, status: 'continued', take: 'continued' }
  return undefined
}

/** Reading a report consumes it. Source: kernel/exit.c wait_task_zombie(), wait_task_stopped(), wait_task_continued(). */
export function takeReport(kernel: Kernel, report: WaitReport): void {
  if (report.take === 'zombie') kernel.fn.reap(kernel, report.pid)
  else kernel.processes.edit(report.pid).report = 'none'
}
