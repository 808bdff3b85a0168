import { refusedCount } from '../functions/counts.ts'
import { mayRead } from '../functions/pipes.ts'
import type { Kernel } from '../kernel.ts'
import { fd, int, out } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall, fails } from '../syscall.ts'

/** The largest count is cut to this. Source: read(2) NOTES; include/linux/fs.h MAX_RW_COUNT. */
const LONGEST = 0x7fff_f000

/** Asleep at a socket it looks for signals first. Source: net/unix/af_unix.c unix_stream_read_generic(). */
const readsSocket = (kernel: Kernel, caller: Readonly<Thread>): boolean => {
  const description = kernel.fn.describedBy(kernel, caller, caller.call!.args.fd as number)
  return kernel.descriptions.get(description)?.kind === 'socket'
}

/**
 * Read up to `count` bytes.
 *
 * Returns how many; 0 at the end. `buf` is what was read, where the model follows it.
 * Errors: EBADF, not open for reading; EFAULT, EINVAL, a count that is negative as a signed number; EISDIR; EAGAIN; EINTR;
 * those of terminals.
 * Source: read(2), pipe(7); fs/read_write.c vfs_read().
 */
export const read = defineSyscall({
  name: 'read',
  params: { fd: fd(), buf: out('data'), count: int(1, 4096, 3, 65536, 0) },
  interrupted: 'ERESTARTSYS',
  interruptedWhenReady: readsSocket,
  errors: ['EAGAIN', 'EBADF', 'ECONNRESET', 'EFAULT', 'EINVAL', 'EIO', 'EISDIR'],
  environment: ['EFAULT'],
  source: 'read(2); fs/read_write.c vfs_read()',
  rule(kernel, caller, { fd, count: asked }) {
    const description = kernel.fn.describedBy(kernel, caller, fd)
    if (description === 0) return fails('EBADF')
    const { kind, access, inode, nonblock } = kernel.descriptions.at(description)
    if (!mayRead(access)) return fails('EBADF')
    const refused = refusedCount(asked)
    if (refused !== undefined) return refused
    const count = Math.min(asked, LONGEST)
    switch (kind) {
      case 'pipe':
        return kernel.fn.pipeRead(kernel, caller, description, count)
      case 'terminal':
      case 'terminal-master':
        return kernel.fn.ttyRead(kernel, caller, description, count)
      case 'file':
        if (kernel.inodes.at(inode).kind === 'directory') return fails('EISDIR')
        return kernel.fn.fileRead(kernel, description, count)
      case 'socket':
        return kernel.fn.socketRead(kernel, caller, description, count, { nonblock, takesRights: 'no' })
      case 'message-queue':
      case 'opaque':
        return { undecided: `read of a ${kind} file`, harmless: true, ...(access === 'O_RDONLY' && { never: 'EBADF' }) }
    }
  },
})
