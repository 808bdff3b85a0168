import { pageAlign } from '../functions/mappings.ts'
import { PAGE } from '../functions/memory.ts'
import { address, int } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Unlock whole pages, however often they were locked; what is not locked is passed over. Pages that no call known to the
 * model has mapped may be there or not.
 * Errors: EINVAL, a range past the end of all addresses; ENOMEM, pages that are not mapped: those before them are unlocked.
 * Source: mlock(2); mm/mlock.c.
 */
export const munlock = defineSyscall({
  name: 'munlock',
  params: { addr: address(), length: int(PAGE, 2 * PAGE, PAGE, 1) },
  errors: ['EINVAL', 'ENOMEM'],
  environment: ['ENOMEM'],
  source: 'mlock(2); mm/mlock.c',
  rule(kernel, caller, { addr, length }) {
    const whole = pageAlign(length + (addr % PAGE))
    // As a number of 64 bits it is 0: no pages at all.
    if (whole >= 2 ** 64) return succeeds(0)
    const end = addr - (addr % PAGE) + whole
    if (end >= 2 ** 64) return fails('EINVAL')
    return kernel.fn.lockOutcomes(kernel, caller, addr - (addr % PAGE), end, 'UNLOCK')
  },
})
