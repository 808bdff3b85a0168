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

/**
 * The children that `pid` selects, in the order in which they are looked at: the calling thread's own, then those of the
 * other threads. Source: wait(2); kernel/exit.c __do_wait(), eligible_child().
 */
export function waitCandidates(
  kernel: Kernel,
  caller: Readonly<Thread>,
  pid: number,
  options: ReadonlySet<string>,
): readonly number[] {
  const { threads, group } = kernel.processOf(caller)
  const all = [...caller.children]
  if (!options.has('__WNOTHREAD')) {
    for (const tid of threads) if (tid !== caller.tid) all.push(...kernel.threads.at(tid).children)
  }
  return all.filter((child) => {
    const { group: childGroup, exitSignal } = kernel.processes.at(child)
    if (!options.has('__WALL') && (exitSignal !== SIGCHLD) !== options.has('__WCLONE')) return false
    if (pid > 0) return child === pid
    if (pid === 0) return childGroup === group
    return pid === -1 || childGroup === -pid
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
