import type { Kernel } from '../kernel.ts'
import type { Flock } from '../state/open-files.ts'
import { moveHeld } from './locks.ts'

/** Another open file description holds a lock that this one cannot be beside. Source: flock(2); fs/locks.c flock_locks_conflict(). */
export function flockConflicts(flocks: readonly Flock[], owner: number, type: Flock['type']): boolean {
  return flocks.some((lock) => lock.owner !== owner && (lock.type === 'LOCK_EX' || type === 'LOCK_EX'))
}

/** The description gets its one flock. Source: fs/locks.c flock_lock_inode(). */
export function addFlock(kernel: Kernel, description: number, pid: number, type: Flock['type']): void {
  const row = kernel.inodes.edit(kernel.descriptions.at(description).inode)
  row.flocks = [...row.flocks, { owner: description, pid, type }].sort((a, b) => a.owner - b.owner)
}

/** The description's flock goes: it is unlocked, or lost with the description. Source: flock(2) LOCK_UN; fs/locks.c flock_lock_inode(). */
export function removeFlock(kernel: Kernel, description: number, event: 'UNLOCK' | 'CLOSE'): void {
  const { inode } = kernel.descriptions.at(description)
  const { flocks } = kernel.inodes.at(inode)
  const kept = flocks.filter(({ owner }) => owner !== description)
  if (kept.length === flocks.length) return
  moveHeld(event)
  kernel.inodes.edit(inode).flocks = kept
}
