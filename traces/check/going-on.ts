import { SIGCHLD } from '../../model/signals.ts'
import { actionOf } from '../../model/state/signals.ts'
import type { Thread } from '../../model/state/threads.ts'
import type { Syscall } from '../../model/syscall.ts'
import type { Ground } from './ground.ts'
import { PRELUDE } from './hidden.ts'
import { adopt, revive } from './resync.ts'

/** It was made by a thread whose calls are not followed any more, or by one that such a thread made. */
export function isOfLost(ground: Ground, tid: number): boolean {
  if (ground.lost.size === 0 || ground.isHidden()) return false
  return ground.follower.states.every(({ threads }) => !threads.has(tid))
}

/** Whether what the capture does not show lets a thread go on that the model holds back, or that it does not know. */
export function mayGoOn(ground: Ground, tid: number, syscall: Syscall): boolean {
  const thread = ground.state().threads.get(tid)
  if (thread === undefined) ground.hides('processes were made by calls that the capture does not show')
  else if (thread.due && (showsNoSignals(ground, thread) || returnsFromUnshown(syscall, thread)))
    ground.hides('the capture does not show signals')
  if (!ground.isHidden()) return false
  ground.assume(ground.hidden!)
  ground.follower.amend((kernel) => {
    if (kernel.threads.has(tid)) revive(kernel, tid)
    else adopt(kernel, tid)
  })
  ground.hasMoved ||= thread === undefined
  if (thread === undefined) {
    ground.guesses.appears(tid)
    ground.hasStrangers = true
  }
  return true
}

/** It should first take a signal, and none is shown: a long search for why it need not is not worth while. */
export function isDueUnshown(ground: Ground, tid: number): boolean {
  const thread = ground.state().threads.get(tid)
  return thread?.due === true && showsNoSignals(ground, thread)
}

/** No signal was shown so far, nor the return of a handler, which this one would have had if it has one. */
function showsNoSignals(ground: Ground, thread: Readonly<Thread>): boolean {
  if (ground.options.byHand === true) return false
  const kernel = ground.state()
  const signal = kernel.fn.nextSignal(kernel, thread)?.info.signal
  if (signal === SIGCHLD ? ground.showsChildren : ground.showsSignals) return false
  const isHandled = signal !== undefined && actionOf(kernel.processOf(thread).actions, signal).handler === 'handler'
  return !isHandled || ground.events > PRELUDE
}

/** A handler returns in a thread of which the signal that started one is not shown (-e signal=SIGCHLD). */
const returnsFromUnshown = ({ returns }: Syscall, { frames }: Readonly<Thread>): boolean =>
  returns === 'restored' && frames.length === 0
