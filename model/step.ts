import type { Event } from './event.ts'
import type { Kernel } from './kernel.ts'
import { enterCall, makeMove, mayCall, mayReturn, movesOf, returnFromCall } from './moves.ts'

/**
 * Every kernel that may follow an event. None: the event is impossible. `kernel` is left as it was.
 *
 * This is the definition; `run.ts` and `follow.ts` take the same moves in place where one path is wanted.
 */
export function step(kernel: Kernel, event: Event): Kernel[] {
  const thread = kernel.threads.get(event.tid)
  if (thread === undefined) return []
  switch (event.kind) {
    case 'call':
      return mayCall(kernel, thread) ? [next(kernel, (copy) => enterCall(copy, event.tid, event.call))] : []
    case 'return':
      if (!mayReturn(thread) || thread.result !== event.result) return []
      return [next(kernel, (copy) => returnFromCall(copy, event.tid))]
    case 'internal': {
      const { moves, answered } = movesOf(kernel, event.tid)
      const listed = moves.some((move) => move.move === event.move && move.choice === event.choice)
      return listed ? [next(kernel, (copy) => makeMove(copy, event, answered))] : []
    }
  }
}

/** Every event that the kernel can make by itself. */
export function internalEvents(kernel: Kernel): Event[] {
  return kernel.threads.rows().flatMap((thread) => movesOf(kernel, thread.tid).moves)
}

function next(kernel: Kernel, change: (copy: Kernel) => void): Kernel {
  const copy = kernel.fork()
  copy.ledger.step++
  change(copy)
  return copy
}
