import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { conflictingRecordLocksNeverOverlap } from '../invariants/conflicting-record-locks-never-overlap.ts'

export const posixLocksInheritedByFork: Fault = {
  name: 'a forked child has the POSIX locks of its parent',
  source: 'fork(2), fcntl(2): record locks are not inherited; fs/file.c dup_fd()',
  breaks: [conflictingRecordLocksNeverOverlap.name],
  apply: patchFunctions((fn) => ({
    dupFd(kernel, maker, files) {
      const copy = fn.dupFd(kernel, maker, files)
      const inodes = kernel.inodes.ids(({ recordLocks }) =>
        recordLocks.some(({ kind, owner }) => kind === 'posix' && owner === files),
      )
      for (const inode of inodes) {
        for (const lock of kernel.inodes.at(inode).recordLocks) {
          if (lock.kind === 'posix' && lock.owner === files) fn.grantRecordLock(kernel, inode, { ...lock, owner: copy })
        }
      }
      return copy
    },
  })),
}
