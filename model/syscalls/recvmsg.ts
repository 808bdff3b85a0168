import { fd, flags, int, out } from '../params.ts'
import { defineSyscall, fails } from '../syscall.ts'

/**
 * Receive bytes from a socket, and the open file descriptions that come with them, at the lowest free descriptors; those
 * for which the limit leaves no room are dropped. Written here as if its structures were arguments; traces are read by
 * rules of their own.
 *
 * Returns the bytes received, 0 at the end. Errors: EBADF; ENOTSOCK; EINVAL, a count that is negative as a signed number;
 * EAGAIN; ECONNRESET; EINTR.
 * Source: recvmsg(2), unix(7) SCM_RIGHTS; net/core/scm.c scm_detach_fds(), net/unix/af_unix.c unix_stream_read_generic().
 */
export const recvmsg = defineSyscall({
  name: 'recvmsg',
  library: true,
  params: {
    fd: fd(),
    text: out('data'),
    count: int(1, 16, 16),
    fds: out('fds'),
    flags: flags('MSG_CMSG_CLOEXEC', 'MSG_DONTWAIT'),
  },
  makes: 'fds',
  interrupted: 'ERESTARTSYS',
  interruptedWhenReady: () => true,
  errors: ['EAGAIN', 'EBADF', 'ECONNRESET', 'EINVAL', 'ENOTSOCK'],
  source: 'recvmsg(2), unix(7) SCM_RIGHTS; net/core/scm.c scm_detach_fds()',
  rule(kernel, caller, { fd, count, flags }) {
    const id = kernel.fn.describedBy(kernel, caller, fd)
    const description = kernel.descriptions.get(id)
    if (description === undefined || description.access === 'O_PATH') return fails('EBADF')
    if (description.kind !== 'socket') return fails('ENOTSOCK')
    if (count < 0 || count >= 2 ** 63) return fails('EINVAL')
    const nonblock = description.nonblock || flags.has('MSG_DONTWAIT')
    const takesRights = flags.has('MSG_CMSG_CLOEXEC') ? 'cloexec' : 'plain'
    return kernel.fn.socketRead(kernel, caller, id, count, { nonblock, takesRights })
  },
})
