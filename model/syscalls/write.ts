import { refusedCount } from '../functions/counts.ts'
import { mayWrite } from '../functions/pipes.ts'
import { data, fd, int } from '../params.ts'
import type { Kernel } from '../kernel.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall, fails, type Answer } from '../syscall.ts'

/** The largest count is cut to this. Source: write(2) NOTES; include/linux/fs.h MAX_RW_COUNT. */
const LONGEST = 0x7fff_f000

/** As far as RLIMIT_FSIZE lets it. Source: setrlimit(2); fs/read_write.c generic_write_check_limits(). */
function writeFile(kernel: Kernel, caller: Readonly<Thread>, description: number, data: string, count: number): Answer {
  const { limits } = kernel.processOf(caller)
  if (limits.FSIZE === Infinity) return kernel.fn.fileWrite(kernel, description, data, count)
  const { append, offset, inode } = kernel.descriptions.at(description)
  const room = limits.FSIZE - (append ? kernel.inodes.at(inode).size : offset)
  return room <= 0 && count > 0 ? fails('EFBIG') : kernel.fn.fileWrite(kernel, description, data, Math.min(count, room))
}

/**
 * Write `count` bytes.
 *
 * Returns how many; fewer into a pipe with O_NONBLOCK, after a signal, or when the last reader goes meanwhile.
 * Errors: EBADF, not open for writing; EFAULT, EINVAL, a count that is negative as a signed number; EPIPE, with SIGPIPE;
 * EAGAIN; EINTR; those of terminals.
 * Source: write(2), pipe(7); fs/read_write.c vfs_write().
 */
export const write = defineSyscall({
  name: 'write',
  params: { fd: fd(), buf: data(), count: int(1, 3, 4096, 65536, 70_000, 0) },
  interrupted: 'ERESTARTSYS',
  errors: ['EAGAIN', 'EBADF', 'EFAULT', 'EINVAL', 'EIO', 'EPIPE'],
  environment: ['EFAULT', 'ENOSPC', 'EDQUOT', 'EFBIG'],
  source: 'write(2); fs/read_write.c vfs_write()',
  rule(kernel, caller, { fd, buf, count: asked }) {
    const description = kernel.fn.describedBy(kernel, caller, fd)
    if (description === 0) return fails('EBADF')
    const { kind, access } = kernel.descriptions.at(description)
    if (!mayWrite(access)) return fails('EBADF')
    const refused = refusedCount(asked)
    if (refused !== undefined) return refused
    const count = Math.min(asked, LONGEST)
    switch (kind) {
      case 'pipe':
        return kernel.fn.pipeWrite(kernel, caller, description, buf, count)
      case 'terminal':
      case 'terminal-master':
        return kernel.fn.ttyWrite(kernel, caller, description, buf, count)
      case 'file':
        return writeFile(kernel, caller, description, buf, count)
      case 'socket':
        return kernel.fn.socketWrite(kernel, caller, description, { data: buf, count, rights: [], quiet: false })
      case 'message-queue':
        return fails('EINVAL')
      case 'opaque':
        return {
          undecided: 'write to an opaque file',
          harmless: true,
          ...(access === 'O_WRONLY' && { never: 'EBADF' }),
        }
    }
  },
})
