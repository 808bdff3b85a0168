import { always, sometimes } from '../invariant.ts'

export const posixLocksEndWithTheirTable = always({
  name: 'no POSIX lock outlives the descriptor table that owns it',
  source: 'fcntl(2); kernel/exit.c exit_files(), fs/locks.c locks_remove_posix()',
  of: 'inodes',
  offends: (kernel, { recordLocks }) =>
    recordLocks.some(({ kind, owner }) => kind === 'posix' && !kernel.files.has(owner)),
  sometimes: sometimes({
    name: 'a thread that holds a POSIX lock is about to close its descriptors by exiting',
    of: 'threads',
    seen: (kernel, { state, files, cursor }) =>
      state === 'exiting.files' &&
      cursor === 0 &&
      files !== 0 &&
      kernel.inodes
        .rows()
        .some(({ recordLocks }) => recordLocks.some((lock) => lock.kind === 'posix' && lock.owner === files)),
  }),
})
