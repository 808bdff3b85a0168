import { fd, word } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * End one direction of a socket or both, whoever else holds it. What is queued can still be read.
 *
 * Returns 0. Errors: EBADF; ENOTSOCK.
 * Source: shutdown(2); net/unix/af_unix.c unix_shutdown().
 */
export const shutdown = defineSyscall({
  name: 'shutdown',
  params: { fd: fd(), how: word('SHUT_RD', 'SHUT_WR', 'SHUT_RDWR') },
  errors: ['EBADF', 'ENOTSOCK'],
  environment: ['EINVAL', 'ENOTCONN'],
  source: 'shutdown(2); net/unix/af_unix.c unix_shutdown()',
  rule(kernel, caller, { fd, how }) {
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined || description.access === 'O_PATH') return fails('EBADF')
    if (description.kind === 'opaque') return { undecided: 'shutdown of an opaque file', harmless: true }
    if (description.kind !== 'socket') return fails('ENOTSOCK')
    const id = kernel.inodes.at(description.inode).object
    return succeeds(0, (k) => k.fn.shutSocket(k, id, how !== 'SHUT_WR', how !== 'SHUT_RD'))
  },
})
