import { pageAlign } from '../functions/mappings.ts'
import { PAGE } from '../functions/memory.ts'
import { address, int } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Lock whole pages in memory. Locks do not count: one munlock undoes any number of them. fork does not pass them on,
 * exec and exit drop them.
 *
 * RLIMIT_MEMLOCK does not stop root (CAP_IPC_LOCK). The model does not know all that is mapped: the program's own image,
 * its stack, its heap; so pages that no call has mapped may be there or not.
 * Errors: EINVAL, a range past the end of all addresses; ENOMEM, more than RLIMIT_MEMLOCK, or pages that are not mapped:
 * those before them are locked; EPERM, the limit is 0.
 * Source: mlock(2); mm/mlock.c do_mlock().
 */
export const mlock = defineSyscall({
  name: 'mlock',
  params: { addr: address(), length: int(PAGE, 2 * PAGE, PAGE, 1) },
  errors: ['EINVAL', 'ENOMEM', 'EPERM'],
  environment: ['EAGAIN', 'ENOMEM', 'EPERM'],
  source: 'mlock(2); mm/mlock.c do_mlock()',
  rule(kernel, caller, { addr, length }) {
    const whole = pageAlign(length + (addr % PAGE))
    // As a number of 64 bits it is 0: no pages at all.
    if (whole >= 2 ** 64) return succeeds(0)
    const end = addr - (addr % PAGE) + whole
    if (end >= 2 ** 64) return fails('EINVAL')
    const start = addr - (addr % PAGE)
    const { privileged, limits } = kernel.processOf(caller)
    if (privileged === false && length > 0) {
      if (limits.MEMLOCK === 0) return fails('EPERM')
      if (kernel.fn.lockedLengthWith(kernel, caller.mm, start, end) > limits.MEMLOCK) return fails('ENOMEM')
    }
    return kernel.fn.lockOutcomes(kernel, caller, start, end, 'LOCK')
  },
})
