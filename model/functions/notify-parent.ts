import type { Kernel } from '../kernel.ts'
import { SIGCHLD, SIGNAL_MAX } from '../signals.ts'
import type { Process } from '../state/processes.ts'
import { actionOf, type Siginfo } from '../state/signals.ts'

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
    kernel.fn.sendToProcess(kernel, parentPid, { signal: SIGCHLD, code, pid, status }, parent)
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
  const signal = exitSignalOf(child)
  const ignored = signal === SIGCHLD && action.handler === 'SIG_IGN'
  if (isSignal(signal) && !ignored) announce(kernel, parentPid, deathOf(child), child.parent)
  kernel.fn.wakeParent(kernel, pid)
  return kernel.fn.wantsNoZombie(kernel, pid)
}

/**
 * A real-time exit signal is held to RLIMIT_SIGPENDING, and lost where there is no room: so is one where what the dying
 * themselves leave queued until they are reaped may fill it. Source: getrlimit(2); kernel/signal.c __send_signal_locked().
 */
function announce(kernel: Kernel, pid: number, info: Siginfo, through: number): void {
  const room = kernel.fn.roomForSignal(kernel, pid, through, info)
  if (room === 'none') return
  kernel.fn.sendToProcess(kernel, pid, room === 'open' ? { ...info, optional: true } : info, through)
}

/** The parent has said that it will not wait for this child. Source: sigaction(2) under SA_NOCLDWAIT. */
export function wantsNoZombie(kernel: Kernel, pid: number): boolean {
  const child = kernel.processes.at(pid)
  const action = actionOf(kernel.processes.at(kernel.threads.at(child.parent).pid).actions, SIGCHLD)
  return exitSignalOf(child) === SIGCHLD && (action.handler === 'SIG_IGN' || action.flags.has('SA_NOCLDWAIT'))
}

const exitSignalOf = ({ exitSignal, parentExeced }: Readonly<Process>): number => (parentExeced ? SIGCHLD : exitSignal)

/** clone takes any number of eight bits; one that is no signal's is not sent. Source: include/linux/signal.h valid_signal(). */
const isSignal = (number: number): boolean => number > 0 && number <= SIGNAL_MAX

/** The siginfo of a death, with a number that may be another than SIGCHLD's. Source: sigaction(2). */
function deathOf(child: Readonly<Process>): Siginfo {
  const status = child.groupExit
  const signal = exitSignalOf(child)
  if ((status & 0x7f) === 0) return { signal, code: 'CLD_EXITED', pid: child.pid, status: (status >> 8) & 0xff }
  return { signal, code: (status & 0x80) === 0 ? 'CLD_KILLED' : 'CLD_DUMPED', pid: child.pid, status: status & 0x7f }
}
