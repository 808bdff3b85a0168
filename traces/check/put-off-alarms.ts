import type { Kernel } from '../../model/kernel.ts'
import { SIGNALS } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import type { Ground } from './ground.ts'
import { SOME_TIME } from './unfollowed/processes.ts'

const { SIGALRM } = SIGNALS

const isOfClock = ({ signal, code }: Siginfo): boolean => signal === SIGALRM && code === 'SI_KERNEL'

/** An alarm that ended a sleep, for want of another reason, has yet to go off. Source: alarm(2), pause(2). */
export function putOffAlarm(kernel: Kernel, tid: number): void {
  const { pid, blocked } = kernel.threads.at(tid)
  const { alarm, pending } = kernel.processes.at(pid)
  if (alarm > 0 || hasSignal(blocked, SIGALRM) || !pending.some(isOfClock)) return
  const row = kernel.processes.edit(pid)
  row.pending = pending.filter((info) => !isOfClock(info))
  row.alarm = SOME_TIME
}

/**
 * A thread goes on without the signal of an alarm that ended a sleep: that was ended by another, whose sender is shown
 * only further on, as where calls are printed when they have ended (-e status=). True where it can go on now.
 */
export function goesOnBeforeAlarm(ground: Ground, tid: number): boolean {
  const isDue = ({ threads, processes }: Kernel) => {
    const thread = threads.get(tid)
    return thread?.due === true && processes.at(thread.pid).pending.some(isOfClock)
  }
  if (ground.options.closed || !ground.follower.states.every(isDue)) return false
  ground.assume('a call was interrupted by a signal that the capture shows only further on')
  ground.follower.amend((kernel) => {
    putOffAlarm(kernel, tid)
    kernel.fn.recalcDue(kernel, kernel.threads.at(tid).pid)
  })
  return true
}
