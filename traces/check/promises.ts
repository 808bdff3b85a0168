import { copiesShared } from '../../model/goals.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { Call } from '../../model/syscall.ts'
import type { Ground } from './ground.ts'

/** Threads in a call that has promised itself a descriptor, or will once that is the lowest, or copies the table of them. */
export class Promises {
  private readonly toHold = new Set<number>()

  /** A call has begun. */
  entered(ground: Ground, tid: number, { given, syscall }: Call): void {
    if (given !== undefined && (syscall.name.startsWith('accept') || mayCopy(ground, tid))) this.toHold.add(tid)
  }

  /** It is back, whatever became of it. */
  left(tid: number): void {
    if (this.toHold.size > 0) this.toHold.delete(tid)
  }

  /** A call of some other has done its work. */
  othersLook(ground: Ground): void {
    for (const tid of this.toHold) this.holdNow(ground, tid)
  }

  /** The table of descriptors may have changed so that the one which this thread's call has got is the lowest. */
  private holdNow(ground: Ground, tid: number): void {
    ground.observe({ kind: 'hold', tid })
    const isHeld = ({ threads }: Kernel) => threads.get(tid)?.unfinished !== null
    if (!mayCopy(ground, tid) && ground.follower.states.every(isHeld)) this.toHold.delete(tid)
  }
}

/** The call under way makes a process with a copy of a table that other threads share, and has not done so everywhere. */
function mayCopy(ground: Ground, tid: number): boolean {
  return ground.follower.states.some((kernel) => {
    const thread = kernel.threads.get(tid)
    return thread?.state === 'in-call' && copiesShared(kernel, thread, thread.call!)
  })
}
