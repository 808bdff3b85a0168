import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aLockNeedsItsAccessMode } from '../invariants/a-lock-needs-its-access-mode.ts'

export const writeLockOnAReader: Fault = {
  name: 'a write lock is granted on a description that is open for reading only',
  source: 'fcntl(2) EBADF; fs/locks.c check_fmode_for_setlk()',
  breaks: [aLockNeedsItsAccessMode.name],
  apply: patchFunctions(() => ({ isModeForLock: () => true })),
}
