import type { Kernel } from '../../model/kernel.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import type { Ground } from './ground.ts'

/** A signal that the only thread of a process took before it made a call would have had its line by now. */
export function dropHeldSignals({ follower }: Ground, tid: number): void {
  if (!follower.states.some((kernel) => holdsBack(kernel, tid))) return
  follower.amend((kernel) => {
    if (!holdsBack(kernel, tid)) return
    const row = kernel.threads.edit(tid)
    const process = kernel.processes.edit(row.pid)
    row.pending = row.pending.filter((info) => !isHeld(info))
    process.pending = process.pending.filter((info) => !isHeld(info))
  })
}

const isHeld = ({ held }: Siginfo): boolean => held === true

/** A tracer has a signal of a process with one thread. */
function holdsBack(kernel: Kernel, tid: number): boolean {
  const thread = kernel.threads.get(tid)
  if (thread === undefined) return false
  const { pending, threads } = kernel.processOf(thread)
  return threads.length === 1 && (thread.pending.some(isHeld) || pending.some(isHeld))
}
