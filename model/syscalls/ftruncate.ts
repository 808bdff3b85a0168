import { mayWrite } from '../functions/pipes.ts'
import { fd, int } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Give a regular file this length; what is added reads as zeros.
 * Errors: EINVAL, a negative length, no regular file, or not open for writing; EBADF.
 * Source: ftruncate(2); fs/open.c do_sys_ftruncate().
 */
export const ftruncate = defineSyscall({
  name: 'ftruncate',
  params: { fd: fd(), length: int(0, 4096, 3) },
  errors: ['EBADF', 'EINVAL'],
  environment: ['EFBIG', 'EPERM', 'EINTR', 'ENOSPC', 'EDQUOT', 'EIO'],
  source: 'ftruncate(2); fs/open.c do_sys_ftruncate()',
  rule(kernel, caller, { fd, length }) {
    if (length < 0) return fails('EINVAL')
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined || description.access === 'O_PATH') return fails('EBADF')
    const { inode } = description
    if (description.kind === 'opaque')
      return { undecided: 'ftruncate of an opaque file', harmless: true, never: 'EBADF' }
    // A POSIX queue passes for a regular file, of which the size means nothing.
    if (description.kind === 'message-queue') return mayWrite(description.access) ? succeeds(0) : fails('EINVAL')
    if (description.kind !== 'file' || kernel.inodes.at(inode).kind !== 'regular') return fails('EINVAL')
    if (!mayWrite(description.access)) return fails('EINVAL')
    return succeeds(0, (k) => k.fn.truncateFile(k, inode, length))
  },
})
