import type { Kernel } from '../kernel.ts'

/** All POSIX locks of a descriptor table on an inode go. Source: fcntl(2); fs/locks.c locks_remove_posix(). */
export function locksRemovePosix(kernel: Kernel, files: number, inode: number): void {
  const { recordLocks } = kernel.inodes.at(inode)
  if (!recordLocks.some((lock) => lock.kind === 'posix' && lock.owner === files)) return
  kernel.inodes.edit(inode).recordLocks = recordLocks.filter((lock) => lock.kind !== 'posix' || lock.owner !== files)
}

/** The flock and OFD locks of an open file description go. Source: flock(2), fcntl(2); fs/locks.c locks_remove_file(). */
export function locksRemoveFile(kernel: Kernel, description: number): void {
  const { inode } = kernel.descriptions.at(description)
  const { recordLocks, flocks } = kernel.inodes.at(inode)
  const kept = recordLocks.filter((lock) => lock.kind !== 'ofd' || lock.owner !== description)
  if (kept.length !== recordLocks.length) kernel.inodes.edit(inode).recordLocks = kept
  if (flocks.some((lock) => lock.owner === description)) {
    kernel.inodes.edit(inode).flocks = flocks.filter((lock) => lock.owner !== description)
  }
}
