import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aLockCallChangesItsRangeOnly } from '../invariants/a-lock-call-changes-its-range-only.ts'

export const unlockingTheMiddleDropsAll: Fault = {
  name: 'unlocking a part of a record lock drops all of it',
  source: 'fcntl(2) F_UNLCK; fs/locks.c posix_lock_inode()',
  breaks: [aLockCallChangesItsRangeOnly.name],
  apply: patchFunctions((fn) => ({
    piecesOutside: (lock, range) => (fn.locksOverlap(lock, range) ? [] : fn.piecesOutside(lock, range)),
  })),
}
