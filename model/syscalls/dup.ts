import { fd } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * One more descriptor, the lowest free, for the same open file description; without close-on-exec.
 * Errors: EBADF; EMFILE.
 * Source: dup(2); fs/file.c ksys_dup().
 */
export const dup = defineSyscall({
  name: 'dup',
  params: { oldfd: fd() },
  makes: 'fd',
  standsFor: 'oldfd',
  errors: ['EBADF', 'EMFILE'],
  source: 'dup(2); fs/file.c ksys_dup()',
  rule(kernel, caller, { oldfd }) {
    const description = kernel.fn.describedBy(kernel, caller, oldfd)
    if (description === 0) return fails('EBADF')
    const fd = kernel.fn.numberFor(kernel, caller)
    if (!kernel.fn.hasRoomFor(kernel, caller, fd)) return fails('EMFILE')
    const made = succeeds(fd, (k) => k.fn.dupSlot(k, caller.tid, description, fd, false))
    return kernel.fn.promising(kernel, caller, [fd], made, description)
  },
})
