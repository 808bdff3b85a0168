import { descriptionOf } from '../../model/functions/files.ts'
import type { Kernel } from '../../model/kernel.ts'
import { always, sometimes } from '../invariant.ts'

export const posixLocksHaveADescriptor = always({
  name: 'a descriptor table that holds a POSIX lock has a descriptor of the file',
  source: 'fcntl(2) "Advisory record locking"; fs/locks.c locks_remove_posix()',
  of: 'inodes',
  offends: (kernel, { recordLocks }, inode) => {
    let known = -1
    for (const { kind, owner } of recordLocks) {
      if (kind !== 'posix' || owner === known || !kernel.files.has(owner)) continue
      if (isBare(kernel, owner, inode)) return true
      known = owner
    }
    return false
  },
  sometimes: sometimes({
    name: 'a descriptor table holds a POSIX lock',
    of: 'inodes',
    seen: (_kernel, { recordLocks }) => recordLocks.some(({ kind }) => kind === 'posix'),
  }),
})

/** The table has no descriptor of the file, and nobody who is about to see that. */
export const isBare = (kernel: Kernel, files: number, inode: number): boolean =>
  !hasDescriptor(kernel, files, inode) && !isAboutToLoseIt(kernel, files, inode)

export function hasDescriptor(kernel: Kernel, files: number, inode: number): boolean {
  return kernel.files.at(files).slots.some((slot) => {
    if (slot === 0) return false
    const description = kernel.descriptions.at(descriptionOf(slot))
    return description.inode === inode && description.access !== 'O_PATH'
  })
}

/** A thread has just been granted it, and has yet to see that its descriptor was closed. */
function isAboutToLoseIt(kernel: Kernel, files: number, inode: number): boolean {
  return kernel.threads
    .rows()
    .some(
      ({ files: own, lockCall }) =>
        own === files && lockCall?.state === 'held' && kernel.descriptions.at(lockCall.description).inode === inode,
    )
}
