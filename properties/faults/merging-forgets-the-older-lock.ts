import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aLockCallChangesItsRangeOnly } from '../invariants/a-lock-call-changes-its-range-only.ts'

export const mergingForgetsTheOlderLock: Fault = {
  name: 'a new record lock takes the place of those it touches',
  source: 'POSIX fcntl(), fcntl(2); fs/locks.c posix_lock_inode()',
  breaks: [aLockCallChangesItsRangeOnly.name],
  apply: patchFunctions((fn) => ({
    mergedWith: (pieces, lock) => [
      ...fn.mergedWith(pieces, lock).filter(({ start, end }) => end < lock.start || start > lock.end),
      lock,
    ],
  })),
}
