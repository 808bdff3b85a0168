import { descriptionOf } from '../functions/files.ts'
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
    const slot = kernel.fn.slotOf(kernel, caller, oldfd)
    if (slot === 0) return fails('EBADF')
    const fd = kernel.fn.lowestFree(kernel, caller.files)
    if (!kernel.fn.mayOpen(kernel, caller, fd)) return fails('EMFILE')
    return succeeds(fd, (k) => k.fn.dupSlot(k, caller.tid, descriptionOf(slot), fd, false))
  },
})
