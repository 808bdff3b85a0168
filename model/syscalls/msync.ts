import { hasHole, mappingsIn, pageAlign } from '../functions/mappings.ts'
import { PAGE } from '../functions/memory.ts'
import { address, flags, int } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Write a shared mapping's pages to storage, which nobody can see before a crash. The model does not know all that is
 * mapped: the program's own image, its stack, its heap; so pages that no call has mapped may be there or not.
 * Errors: EINVAL, flags that exclude each other, or an address inside a page; EBUSY, MS_INVALIDATE of locked pages;
 * ENOMEM, pages that are not mapped.
 * Source: msync(2); mm/msync.c.
 */
export const msync = defineSyscall({
  name: 'msync',
  params: { addr: address(), length: int(PAGE), flags: flags('MS_SYNC', 'MS_ASYNC', 'MS_INVALIDATE') },
  errors: ['EBUSY', 'EINVAL', 'ENOMEM'],
  environment: ['EIO', 'ENOSPC'],
  source: 'msync(2); mm/msync.c',
  rule(kernel, caller, { addr, length, flags }) {
    if (addr % PAGE !== 0) return fails('EINVAL')
    if (flags.has('MS_ASYNC') && flags.has('MS_SYNC')) return fails('EINVAL')
    const end = addr + pageAlign(length)
    const inside = mappingsIn(kernel, caller.mm, addr, end)
    const locked = flags.has('MS_INVALIDATE') && inside.some(({ state }) => state === 'mapped.locked')
    if (!hasHole(kernel, caller.mm, addr, end)) return locked ? fails('EBUSY') : succeeds(0)
    return [...fails('ENOMEM'), ...(locked ? fails('EBUSY') : succeeds(0))]
  },
})
