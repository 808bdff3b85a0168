import { actionOf } from '../../model/state/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import type { Call } from '../../model/syscall.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import type { Ground } from './ground.ts'

/** Of these a signal leaves what was done. Source: signal(7); fs/pipe.c pipe_write(). */
const WRITES = /^p?writev?2?$/

/**
 * A write has come back with a part, as after a signal of which the model does not know, as from a timer: whether the line
 * is explained once such a signal waits. Lines that show how it is taken come later.
 */
export function isCutShort(
  ground: Ground,
  tid: number,
  { syscall }: Call,
  result: SeenResult,
  again: () => boolean,
): boolean {
  if (ground.options.closed || result.kind !== 'value' || result.value <= 0 || !WRITES.test(syscall.name)) return false
  const kernel = ground.state()
  const thread = kernel.threads.get(tid)
  if (thread?.state !== 'in-call') return false
  const { actions } = kernel.processOf(thread)
  const signal = actions.findIndex(
    (_, number) => number > 0 && actionOf(actions, number).handler === 'handler' && !hasSignal(thread.blocked, number),
  )
  if (signal < 0) return false
  const { pending, due } = thread
  ground.follower.amend((copy) => {
    if (copy.threads.has(tid)) copy.threads.edit(tid).pending = [...pending, { signal, code: 'SI_USER', pid: 0 }]
  })
  const isExplained = again()
  ground.follower.amend((copy) => {
    if (!copy.threads.has(tid)) return
    const row = copy.threads.edit(tid)
    row.pending = pending
    row.due = due
  })
  if (isExplained)
    ground.assume(
      'a call was interrupted by a signal, or by a tracer that came or went, which the capture does not show',
    )
  return isExplained
}
