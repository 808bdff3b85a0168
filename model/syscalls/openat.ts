import { isHolding } from '../functions/unfinished-calls.ts'
import type { Kernel } from '../kernel.ts'
import { int, path, usualFlags, word } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall } from '../syscall.ts'

const flags = usualFlags(
  [
    'O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_CREAT', 'O_EXCL', 'O_TRUNC', 'O_APPEND', 'O_CLOEXEC', 'O_NONBLOCK', 'O_NOCTTY',
    'O_TMPFILE', 'O_PATH', 'O_DIRECTORY', 'O_NOFOLLOW', 'O_LARGEFILE',
  ], // prettier-ignore
  ['O_RDWR', 'O_CREAT'],
  ['O_RDWR', 'O_CREAT', 'O_CLOEXEC'],
  ['O_WRONLY', 'O_CREAT', 'O_TRUNC'],
  ['O_RDWR'],
  ['O_RDONLY'],
  ['O_WRONLY'],
  ['O_WRONLY', 'O_APPEND'],
  ['O_RDONLY', 'O_NONBLOCK'],
  ['O_WRONLY', 'O_NONBLOCK'],
)

const errors = [
  'EACCES', 'EBUSY', 'EDQUOT', 'EFAULT', 'EFBIG', 'ENAMETOOLONG', 'ENFILE', 'ENOMEM', 'ENOSPC', 'EOPNOTSUPP', 'EOVERFLOW', 'EPERM',
  'EROFS', 'ESRCH', 'ETXTBSY',
] as const // prettier-ignore

/** A name that is anybody's may lead to what sleeps for reasons of its own; a FIFO of which that is not so is waited for. */
const interruptedWhenReady = (_kernel: Kernel, caller: Readonly<Thread>): boolean => !isHolding(caller)

/**
 * Open a file by its name: a new open file description at the lowest free descriptor. O_CREAT makes a missing file,
 * O_TMPFILE one without a name in the directory named. A FIFO waits for its other side unless O_NONBLOCK or O_RDWR.
 *
 * Returns the descriptor. Errors: EINVAL, O_TMPFILE without write access, O_CREAT with O_DIRECTORY; EMFILE, which is
 * found before the path is followed; ENOENT; EEXIST, O_CREAT|O_EXCL; ENOTDIR, O_DIRECTORY; ENXIO, a FIFO for writing
 * with O_NONBLOCK and without a reader; EINTR, a FIFO; those of terminals.
 * Source: openat(2), fifo(7); fs/open.c do_sys_openat2().
 */
export const openat = defineSyscall({
  name: 'openat',
  params: { dirfd: word('AT_FDCWD'), pathname: path('fifo'), flags, mode: int(0o600) },
  makes: 'fd',
  interrupted: 'ERESTARTSYS',
  interruptedWhenReady,
  errors: ['EEXIST', 'EINVAL', 'EIO', 'EMFILE', 'ENOENT', 'ENOTDIR', 'ENXIO'],
  environment: errors,
  source: 'openat(2); fs/open.c do_sys_openat2()',
  rule: (kernel, caller, { pathname, flags }) => kernel.fn.doOpen(kernel, caller, pathname, flags),
})

/** openat(2) from the working directory. Source: open(2). */
export const open = defineSyscall({
  name: 'open',
  params: { pathname: path('fifo'), flags, mode: int(0o600) },
  makes: 'fd',
  interrupted: 'ERESTARTSYS',
  interruptedWhenReady,
  errors: ['EEXIST', 'EINVAL', 'EIO', 'EMFILE', 'ENOENT', 'ENOTDIR', 'ENXIO'],
  environment: errors,
  source: 'open(2); fs/open.c do_sys_openat2()',
  rule: (kernel, caller, { pathname, flags }) => kernel.fn.doOpen(kernel, caller, pathname, flags),
})
