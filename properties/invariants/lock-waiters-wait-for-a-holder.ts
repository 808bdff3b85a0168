import type { Kernel } from '../../model/kernel.ts'
import type { Inode } from '../../model/state/open-files.ts'
import { equalValues } from '../../model/state/values.ts'
import { always, sometimes } from '../invariant.ts'

export const lockWaitersWaitForAHolder = always({
  name: 'nobody sleeps behind a record lock that nobody holds',
  source: 'fcntl(2) F_SETLKW; fs/locks.c locks_wake_up_blocks()',
  of: 'inodes',
  offends: (kernel, inode) => inode.lockWaiters.some((tid) => !waitsForAHolder(kernel, inode, tid)),
  sometimes: sometimes({
    name: 'a thread sleeps behind a record lock',
    of: 'inodes',
    seen: (_kernel, { lockWaiters }) => lockWaiters.length > 0,
  }),
})

function waitsForAHolder(kernel: Kernel, { recordLocks }: Readonly<Inode>, tid: number): boolean {
  const lockCall = kernel.threads.get(tid)?.lockCall
  if (lockCall == null || lockCall.behind === null) return false
  const { behind, start, end } = lockCall
  return (
    behind.start <= end &&
    start <= behind.end &&
    recordLocks.some((lock) => equalValues({ ...lock, pid: 0 }, { ...behind, pid: 0 }))
  )
}
