import type { Kernel } from '../kernel.ts'
import { SIGCHLD } from '../signals.ts'
import { newAddressSpace } from '../state/memory.ts'
import { NO_SIGNALS } from '../state/signal-set.ts'
import type { SignalActions } from '../state/signals.ts'
import type { Thread } from '../state/threads.ts'
import { flagSet } from '../params.ts'
import { FIRST_ADDRESS } from './memory.ts'
import { isCloexec } from './files.ts'

/** The other threads of the process, dead or alive. */
export function otherThreads(kernel: Kernel, { tid, pid }: Readonly<Thread>): readonly Readonly<Thread>[] {
  return kernel.processes
    .at(pid)
    .threads.filter((other) => other !== tid)
    .map((other) => kernel.threads.at(other))
}

/** Every other thread is to die, without ending the process. Source: kernel/signal.c zap_other_threads(). */
export function zapOtherThreads(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.at(tid)
  const { toStop } = kernel.processes.at(thread.pid)
  if (toStop.length > 0) kernel.processes.edit(thread.pid).toStop = toStop.filter((other) => other === tid)
  for (const other of otherThreads(kernel, thread)) {
    if (other.state !== 'dead' && !other.killed) kernel.threads.edit(other.tid).killed = true
  }
}

/**
 * The program that asked for other exit signals than SIGCHLD is gone.
 * Source: kernel/signal.c do_notify_parent(), parent_exec_id.
 */
export function voidExitSignals(kernel: Kernel, tid: number): void {
  for (const child of kernel.threads.at(tid).children) {
    if (kernel.processes.at(child).exitSignal !== SIGCHLD) kernel.processes.edit(child).parentExeced = true
  }
}

/**
 * The only thread left takes the main thread's number, if it is not the main thread, and with it the place of that one.
 * Source: execve(2) "Effect on process attributes"; fs/exec.c de_thread(), exchange_tids().
 */
export function becomeMainThread(kernel: Kernel, tid: number): void {
  const { pid } = kernel.threads.at(tid)
  kernel.processes.edit(pid).exitSignal = SIGCHLD
  if (tid === pid) return
  const { toStop } = kernel.processes.at(pid)
  const thread = kernel.threads.at(tid)
  kernel.threads.remove(pid)
  kernel.threads.move(tid, pid).tid = pid
  const process = kernel.processes.edit(pid)
  process.threads = [pid]
  process.toStop = toStop.map(() => pid)
  for (const child of thread.children) kernel.processes.edit(child).parent = pid
  for (const segment of kernel.shms.ids(({ creatorThread }) => creatorThread === tid)) {
    kernel.shms.edit(segment).creatorThread = pid
  }
}

/** A table shared with another process stays with that one as it is. Source: kernel/fork.c unshare_files(). */
export function unshareFiles(kernel: Kernel, tid: number): void {
  const { files, pid } = kernel.threads.at(tid)
  if (kernel.files.at(files).users === 1) return
  const copy = kernel.fn.dupFd(kernel, pid, files)
  kernel.files.edit(files).users--
  kernel.threads.edit(tid).files = copy
}

/** An address space with nothing of the old one in it. Source: fs/exec.c exec_mmap(). */
export function newMm(kernel: Kernel, tid: number): void {
  const { pid } = kernel.threads.at(tid)
  kernel.threads.edit(tid).mm = kernel.mms.add(pid, () => newAddressSpace(FIRST_ADDRESS))
}

/** Close the lowest descriptor that is marked close-on-exec; false when there is none. Source: fs/file.c do_close_on_exec(). */
export function closeNextOnExec(kernel: Kernel, tid: number): boolean {
  const fd = kernel.files.at(kernel.threads.at(tid).files).slots.findIndex(isCloexec)
  if (fd < 0) return false
  kernel.fn.closeFd(kernel, tid, fd)
  return true
}

/** What is left of dispositions: SIG_IGN, without flags and masks. Source: execve(2); kernel/signal.c flush_signal_handlers(). */
export function flushedActions(actions: SignalActions): SignalActions {
  return actions.map((action) =>
    action?.handler === 'SIG_IGN' ? { handler: 'SIG_IGN', mask: NO_SIGNALS, flags: flagSet() } : undefined,
  )
}
