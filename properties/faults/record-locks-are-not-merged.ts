import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { recordLocksOfAnOwnerAreMerged } from '../invariants/record-locks-of-an-owner-are-merged.ts'

export const recordLocksAreNotMerged: Fault = {
  name: 'a new record lock does not grow together with those beside it',
  source: 'POSIX fcntl(), fcntl(2); fs/locks.c posix_lock_inode()',
  breaks: [recordLocksOfAnOwnerAreMerged.name],
  apply: patchFunctions(() => ({ mergedWith: (pieces, lock) => [...pieces, lock] })),
}
