import { always, sometimes } from '../invariant.ts'
import { hasDescriptor, isBare } from './posix-locks-have-a-descriptor.ts'

/** What posixLocksHaveADescriptor says of files, said of tables: it is there that a close is written. */
export const closedFilesHaveNoPosixLocks = always({
  name: 'a descriptor table without a descriptor of a file holds no POSIX lock on it',
  source: 'fcntl(2) "Advisory record locking"; fs/locks.c locks_remove_posix()',
  of: 'files',
  offends: (kernel, _row, files) =>
    kernel.inodes.count(
      ({ recordLocks }, inode) =>
        recordLocks.length > 0 &&
        recordLocks.some(({ kind, owner }) => kind === 'posix' && owner === files) &&
        isBare(kernel, files, inode),
    ) > 0,
  sometimes: sometimes({
    name: 'a descriptor table has no descriptor of a file on which there are locks',
    of: 'files',
    seen: (kernel, _row, files) =>
      kernel.inodes.count(({ recordLocks }, inode) => recordLocks.length > 0 && !hasDescriptor(kernel, files, inode)) >
      0,
  }),
})
