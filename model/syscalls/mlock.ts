import { pageAlign } from '../functions/mappings.ts'
import { PAGE } from '../functions/memory.ts'
import { address, int } from '../params.ts'
import { defineSyscall, fails } from '../syscall.ts'

/**
 * Lock whole pages in memory. Locks do not count: one munlock undoes any number of them. fork does not pass them on,
 * exec and exit drop them.
 *
 * The user is root (CAP_IPC_LOCK), whom RLIMIT_MEMLOCK does not stop. The model does not know all that is mapped: the
 * program's own image, its stack, its heap; so pages that no call has mapped may be there or not.
 * Errors: EINVAL, a range past the end of all addresses; ENOMEM, pages that are not mapped: those before them are locked.
 * Source: mlock(2); mm/mlock.c do_mlock().
 */
export const mlock = defineSyscall({
  name: 'mlock',
  params: { addr: address(), length: int(PAGE, 2 * PAGE, PAGE, 1) },
  environment: ['EAGAIN', 'ENOMEM', 'EPERM'],
  source: 'mlock(2); mm/mlock.c do_mlock()',
  rule(kernel, caller, { addr, length }) {
    const end = pageAlign(addr + length)
    if (end >= 2 ** 64) return fails('EINVAL')
    return kernel.fn.lockOutcomes(kernel, caller, addr - (addr % PAGE), end, 'LOCK')
  },
})
