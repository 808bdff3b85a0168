import { refusedCount } from '../functions/counts.ts'
import { mayRead } from '../functions/pipes.ts'
import { fd, int, out } from '../params.ts'
import { defineSyscall, fails } from '../syscall.ts'

/**
 * Read up to `count` bytes at a place in a file; the offset stays where it is.
 *
 * Returns how many; 0 at the end. `buf` is what was read, where the model follows it.
 * Errors: EBADF, not open for reading; EINVAL, a negative place; EFAULT, EINVAL, a count that is negative as a signed
 * number; ESPIPE, a pipe or a terminal.
 * Source: pread(2); fs/read_write.c ksys_pread64().
 */
export const pread64 = defineSyscall({
  name: 'pread64',
  params: { fd: fd(), buf: out('data'), count: int(1, 3, 4096), pos: int(0, 1) },
  errors: ['EBADF', 'EFAULT', 'EINVAL', 'ESPIPE'],
  environment: ['EFAULT', 'EISDIR', 'ESPIPE', 'ENXIO'],
  source: 'pread(2); fs/read_write.c ksys_pread64()',
  rule(kernel, caller, { fd, count, pos }) {
    if (pos < 0) return fails('EINVAL')
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined) return fails('EBADF')
    const { kind, access, inode } = description
    if (kind === 'pipe' || kind === 'socket' || kind === 'terminal' || kind === 'terminal-master')
      return fails('ESPIPE')
    if (!mayRead(access)) return fails('EBADF')
    const refused = refusedCount(count)
    if (refused !== undefined) return refused
    if (kind !== 'file')
      return { undecided: `pread of a ${kind} file`, harmless: true, ...(access === 'O_RDONLY' && { never: 'EBADF' }) }
    return kernel.fn.fileReadAt(kernel, inode, pos, count)
  },
})
