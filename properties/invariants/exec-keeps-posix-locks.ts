import { descriptionOf, isCloexec } from '../../model/functions/files.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { RecordLock } from '../../model/state/open-files.ts'
import { eachStep } from '../invariant.ts'

interface Kept {
  readonly inode: number
  readonly lock: RecordLock
}

export const execKeepsPosixLocks = eachStep({
  name: 'exec leaves the POSIX locks of a table that it does not share on files without a close-on-exec descriptor',
  source: 'fcntl(2), execve(2); fs/exec.c begin_new_exec()',
  on: ['exec'],
  before(kernel, event) {
    const { files } = kernel.threads.at(event.tid)
    return kernel.files.at(files).users === 1 ? locksToKeep(kernel, files) : undefined
  },
  after: (kernel, _event, kept) =>
    kept.every(({ inode, lock }) => kernel.inodes.get(inode)?.recordLocks.includes(lock))
      ? undefined
      : 'a lock is gone',
})

function locksToKeep(kernel: Kernel, files: number): readonly Kept[] {
  const closing = new Set<number>()
  const kept = new Map<number, readonly RecordLock[]>()
  for (const slot of kernel.files.at(files).slots) {
    if (slot === 0) continue
    const { inode } = kernel.descriptions.at(descriptionOf(slot))
    if (isCloexec(slot)) closing.add(inode)
    else kept.set(inode, kernel.inodes.at(inode).recordLocks)
  }
  return [...kept].flatMap(([inode, locks]) =>
    closing.has(inode)
      ? []
      : locks.filter(({ kind, owner }) => kind === 'posix' && owner === files).map((lock) => ({ inode, lock })),
  )
}
