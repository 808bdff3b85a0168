import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { lockWaitersWaitForAHolder } from '../invariants/lock-waiters-wait-for-a-holder.ts'

export const lockWaiterNotWokenAtDeath: Fault = {
  name: 'a waiter for a record lock is not woken when the holder closes the file or dies',
  source: 'fcntl(2) F_SETLKW; fs/locks.c locks_wake_up_blocks()',
  breaks: [lockWaitersWaitForAHolder.name],
  apply: patchFunctions(() => ({
    locksRemovePosix(kernel, files, inode) {
      const { recordLocks } = kernel.inodes.at(inode)
      const kept = recordLocks.filter(({ kind, owner }) => kind !== 'posix' || owner !== files)
      if (kept.length < recordLocks.length) kernel.inodes.edit(inode).recordLocks = kept
    },
  })),
}
