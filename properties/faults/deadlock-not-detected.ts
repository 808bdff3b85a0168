import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { noShortCycleOfLockWaiters } from '../invariants/no-short-cycle-of-lock-waiters.ts'

export const deadlockNotDetected: Fault = {
  name: 'waiting POSIX owners may form a cycle unseen',
  source: 'fcntl(2) EDEADLK; fs/locks.c posix_locks_deadlock()',
  breaks: [noShortCycleOfLockWaiters.name],
  apply: patchFunctions(() => ({ posixLocksDeadlock: () => ({ found: false, missed: true }) })),
}
