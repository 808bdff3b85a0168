import { eachStep, named } from '../invariant.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { RecordLock } from '../../model/state/open-files.ts'
import { isOwn, lockStepOf, type LockStep } from '../lock-view.ts'

/** Owners in the longest cycle that is always seen. */
const LONGEST = 12

export const noShortCycleOfLockWaiters = eachStep({
  name: 'nobody falls asleep for a POSIX lock in a cycle of up to 12 owners, each of which waits in one thread',
  source: 'fcntl(2) EDEADLK; fs/locks.c posix_locks_deadlock()',
  on: ['effect'],
  effectsOf: named('fcntl'),
  before: (kernel, event) => {
    const step = lockStepOf(kernel, event)
    return step?.form === 'F_SETLKW' && isTry(kernel, step) ? step : undefined
  },
  after(kernel, _event, step) {
    const behind = kernel.threads.at(step.tid).lockCall?.behind
    return behind != null && closesCycle(kernel, behind, step) ? 'a deadlock' : undefined
  },
})

/** It asks for the lock now, and has not just moved behind the lock of a request under which it was queued. */
function isTry(kernel: Kernel, { tid }: LockStep): boolean {
  const { lockCall } = kernel.threads.at(tid)
  return lockCall === null || (lockCall.behind === null && !lockCall.mayMove)
}

function closesCycle(kernel: Kernel, behind: RecordLock, step: LockStep): boolean {
  let holder = behind
  for (let owners = 2; owners <= LONGEST; owners++) {
    const waiters = kernel.threads
      .rows()
      .filter(
        ({ files, call, lockCall }) =>
          lockCall?.behind != null && call!.syscall.form === 'F_SETLKW' && files === holder.owner,
      )
    if (holder.kind !== 'posix' || waiters.length !== 1 || !waiters[0]!.lockCall!.counted) return false
    holder = waiters[0]!.lockCall!.behind!
    if (isOwn(step, holder)) return true
  }
  return false
}
