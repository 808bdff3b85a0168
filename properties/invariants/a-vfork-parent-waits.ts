import { isExiting } from '../../model/functions/signals.ts'
import { always, sometimes } from '../invariant.ts'

export const aVforkParentWaits = always({
  name: 'a thread that waits for its vfork child does nothing else, and that child still has its memory',
  source: 'vfork(2); kernel/fork.c wait_for_vfork_done()',
  of: 'threads',
  offends(kernel, thread) {
    if (thread.vforkChild === 0 || isExiting(thread)) return false
    const child = kernel.threads.get(thread.vforkChild)
    return thread.state !== 'returning' || child === undefined || child.mm === 0 || child.vforkParent !== thread.tid
  },
  sometimes: sometimes({
    name: 'a thread waits for its vfork child',
    of: 'threads',
    seen: (_kernel, { vforkChild }) => vforkChild !== 0,
  }),
})
