import { descriptionOf } from '../functions/files.ts'
import { data, fd, flags, int, rights } from '../params.ts'
import { defineSyscall, fails } from '../syscall.ts'

/**
 * Send bytes to the other end of a socket, and with them open file descriptions: each has one more holder from now on,
 * the message, whatever becomes of the sender. Written here as if its structures were arguments; traces are read by
 * rules of their own.
 *
 * Returns the bytes sent. Errors: EBADF, the socket or one of the descriptors; ENOTSOCK; EINVAL, a size that is negative as a
 * signed number; EPIPE, with SIGPIPE to the calling thread unless MSG_NOSIGNAL. What becomes of sockets in messages that wait for each other is not modelled.
 * Source: sendmsg(2), unix(7) SCM_RIGHTS; net/core/scm.c scm_fp_copy(), net/unix/af_unix.c unix_stream_sendmsg().
 */
export const sendmsg = defineSyscall({
  name: 'sendmsg',
  library: true,
  params: { fd: fd(), text: data(), size: int(1, 3, 1, 0), rights: rights(), flags: flags('MSG_NOSIGNAL') },
  errors: ['EBADF', 'EINVAL', 'ENOTSOCK', 'EPIPE'],
  environment: ['ETOOMANYREFS', 'ENOMEM'],
  source: 'sendmsg(2), unix(7) SCM_RIGHTS; net/core/scm.c scm_fp_copy()',
  rule(kernel, caller, { fd, text, size, rights, flags }) {
    const id = kernel.fn.describedBy(kernel, caller, fd)
    if (id === 0 || kernel.descriptions.at(id).access === 'O_PATH') return fails('EBADF')
    if (kernel.descriptions.at(id).kind !== 'socket') return fails('ENOTSOCK')
    if (size < 0 || size >= 2 ** 63) return fails('EINVAL')
    const slots = (typeof rights === 'number' ? [rights] : (rights ?? [])).map((right) =>
      kernel.fn.slotOf(kernel, caller, right),
    )
    if (slots.includes(0)) return fails('EBADF')
    const files = slots.map(descriptionOf)
    if (files.some((file) => ['socket', 'opaque'].includes(kernel.descriptions.at(file).kind)))
      return { undecided: 'a socket in a message of a socket' }
    return kernel.fn.socketWrite(kernel, caller, id, {
      data: text,
      count: size,
      rights: files,
      quiet: flags.has('MSG_NOSIGNAL'),
    })
  },
})
