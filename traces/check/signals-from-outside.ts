import type { Kernel } from '../../model/kernel.ts'
import { isExiting } from '../../model/functions/signals.ts'
import { SIGCONT, signalName } from '../../model/signals.ts'
import { continuedNext, killedNext } from './ahead.ts'
import type { Ground } from './ground.ts'
import { OUTSIDE } from './world.ts'

/**
 * SIGKILL has no line of its own. Others see what comes of it, the end of a pipe, a lock that is free, before strace shows
 * that the process is dead. Where nobody is seen to send it, it came from outside the capture. True when some processes were
 * killed so, and the line that nothing else explains is worth another try.
 */
export function killsUnseen(ground: Ground): boolean {
  const { options, naming } = ground
  if (options.closed || options.byHand === true || options.ahead === undefined) return false
  const killed = killedNext(options.ahead.soon())
  if (killed.size === 0) return false
  const kernel = ground.state()
  const statusOf = (tid: number): number | undefined => killed.get(naming.realOf(tid) ?? 0)
  const found = kernel.processes
    .rows()
    .filter(
      ({ pid, groupExit, threads }) => pid >= ground.first && groupExit < 0 && isKilledWhole(kernel, threads, statusOf),
    )
    .map(({ pid, threads }) => ({ pid, status: statusOf(threads.find((tid) => statusOf(tid) !== undefined)!)! }))
  for (const { pid, status } of found) {
    ground.follower.amend((copy) => {
      if (copy.processes.has(pid)) copy.fn.groupExit(copy, pid, status)
    })
    ground.assume(`a process was killed by ${signalName(status & 0x7f)} from outside the capture`)
  }
  return found.length > 0
}

/**
 * SIGCONT lets a process go on before strace shows that it takes it, if it does not keep it out. Of one that is stopped, and
 * will be shown to take SIGCONT of somebody outside the capture, this has been sent by now. True as for `killsUnseen`.
 */
export function continuesUnseen(ground: Ground): boolean {
  const { options, naming } = ground
  if (options.closed || options.byHand === true || options.ahead === undefined) return false
  const kernel = ground.state()
  const stopped = kernel.processes.rows().filter(({ pid, state }) => pid >= ground.first && state === 'stopped')
  if (stopped.length === 0) return false
  const continued = continuedNext(options.ahead.soon())
  const isOutside = (tid: number): boolean => {
    const sender = continued.get(naming.realOf(tid) ?? 0)
    return sender !== undefined && naming.known(sender) === undefined
  }
  const found = stopped.filter(({ threads }) => threads.some(isOutside))
  for (const { pid } of found) {
    ground.follower.amend((copy) => {
      if (copy.processes.get(pid)?.state !== 'stopped') return
      copy.fn.sendToProcess(copy, pid, { signal: SIGCONT, code: 'SI_USER', pid: OUTSIDE })
    })
    ground.assume('SIGCONT reached a process from outside the model')
  }
  return found.length > 0
}

/** All its threads that live are killed next. */
function isKilledWhole(
  kernel: Kernel,
  threads: readonly number[],
  statusOf: (tid: number) => number | undefined,
): boolean {
  const alive = threads.filter((tid) => !isExiting(kernel.threads.at(tid)))
  return alive.length > 0 && alive.every((tid) => statusOf(tid) !== undefined)
}
