import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aLockCallChangesItsRangeOnly } from '../invariants/a-lock-call-changes-its-range-only.ts'

export const splittingLosesTheRightPart: Fault = {
  name: 'a change in the middle of a record lock loses what is right of it',
  source: 'fcntl(2) F_UNLCK; fs/locks.c posix_lock_inode()',
  breaks: [aLockCallChangesItsRangeOnly.name],
  apply: patchFunctions((fn) => ({
    piecesOutside: (lock, range) => fn.piecesOutside(lock, range).filter(({ start }) => start <= range.start),
  })),
}
