import { fd, int, word } from '../params.ts'
import { defineSyscall, fails } from '../syscall.ts'

/**
 * Move the offset of an open file description, for all that share it.
 * Returns the new offset. Errors: EBADF; ESPIPE, a pipe, FIFO or terminal; EINVAL, a negative result.
 * Source: lseek(2); fs/read_write.c ksys_lseek().
 */
export const lseek = defineSyscall({
  name: 'lseek',
  params: { fd: fd(), offset: int(0, 1, 5, -1), whence: word('SEEK_SET', 'SEEK_CUR', 'SEEK_END') },
  errors: ['EBADF', 'EINVAL', 'ESPIPE'],
  source: 'lseek(2); fs/read_write.c ksys_lseek()',
  rule(kernel, caller, { fd, offset, whence }) {
    const description = kernel.fn.describedBy(kernel, caller, fd)
    if (description === 0) return fails('EBADF')
    const { access, kind } = kernel.descriptions.at(description)
    if (access === 'O_PATH') return fails('EBADF')
    switch (kind) {
      case 'pipe':
      case 'socket':
      case 'terminal':
      case 'terminal-master':
        return fails('ESPIPE')
      case 'file':
        return kernel.fn.fileSeek(kernel, description, offset, whence)
      case 'message-queue':
      case 'opaque':
        return { undecided: `lseek of a ${kind} file`, harmless: true, never: 'EBADF' }
    }
  },
})
