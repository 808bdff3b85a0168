import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { processChart } from '../lifecycle/process.ts'
import { SIGCONT } from '../signals.ts'
import { isExiting } from './signals.ts'

/**
 * A thread has taken a stop signal: it stops, at once if not `late`, and every other thread of the process must.
 * Source: kernel/signal.c do_signal_stop().
 */
export function startStop(kernel: Kernel, tid: number, signal: number, late = false): void {
  const { pid } = kernel.threads.at(tid)
  const row = kernel.processes.edit(pid)
  row.stopSignal = signal
  row.toStop = row.threads.filter((other) => !isExiting(kernel.threads.at(other)) && !kernel.threads.at(other).killed)
  for (const other of row.toStop) {
    kernel.touch(kernel.threads.key(other))
    kernel.fn.wakeInVain(kernel, other)
  }
  if (late) kernel.threads.edit(tid).due = true
  else kernel.fn.stopThread(kernel, tid)
}

/**
 * One thread stops, or dies instead. With the last one the process is stopped, and the parent is told.
 * Source: kernel/signal.c task_participate_group_stop().
 */
export function stopThread(kernel: Kernel, tid: number): void {
  const { pid } = kernel.threads.at(tid)
  const row = kernel.processes.edit(pid)
  row.toStop = row.toStop.filter((other) => other !== tid)
  if (row.toStop.length > 0) return
  row.state = advance(processChart, row.state, 'STOP')
  row.report = 'stopped'
  kernel.fn.notifyParentOfStop(kernel, pid, 'CLD_STOPPED', row.stopSignal)
}

/**
 * Resume, at the generation of SIGCONT. The process itself tells its parent when it runs: that it goes on, or, where the
 * stop was not yet complete, that it had stopped.
 * Source: signal(7); kernel/signal.c prepare_signal().
 */
export function continueProcess(kernel: Kernel, pid: number): void {
  const row = kernel.processes.edit(pid)
  row.untold = row.state === 'stopped' ? 'continued' : 'stopped'
  if (row.state === 'stopped') row.state = advance(processChart, row.state, 'CONTINUE')
  row.stopSignal = 0
  row.toStop = []
  row.report = 'continued'
  kernel.fn.wakeParent(kernel, pid)
  for (const tid of row.threads) kernel.touch(kernel.threads.key(tid))
}

/**
 * What the process owes its parent since SIGCONT. The threads that had stopped are still in the kernel: what was sent to
 * them meanwhile comes before anything that they do.
 * Source: kernel/signal.c get_signal(), do_notify_parent_cldstop().
 */
export function tellParent(kernel: Kernel, tid: number): void {
  const { pid } = kernel.threads.at(tid)
  const row = kernel.processes.edit(pid)
  const { untold } = row
  row.untold = 'none'
  if (untold === 'stopped') {
    kernel.fn.notifyParentOfStop(kernel, pid, 'CLD_STOPPED', 0)
  } else {
    kernel.fn.notifyParentOfStop(kernel, pid, 'CLD_CONTINUED', SIGCONT)
    for (const other of row.threads)
      if (kernel.fn.mustTake(kernel, kernel.threads.at(other))) kernel.threads.edit(other).due = true
  }
  for (const other of row.threads) kernel.touch(kernel.threads.key(other))
}
