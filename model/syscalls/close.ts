import { fd } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Free a descriptor. The last reference to the open file description releases it before the call returns.
 * Errors: EBADF.
 * Source: close(2); fs/open.c filp_close().
 */
export const close = defineSyscall({
  name: 'close',
  params: { fd: fd() },
  errors: ['EBADF'],
  environment: ['EIO', 'ENOSPC', 'EDQUOT', 'EINTR'],
  source: 'close(2); fs/open.c filp_close()',
  rule(kernel, caller, { fd }) {
    if (kernel.fn.slotOf(kernel, caller, fd) === 0) return fails('EBADF')
    return succeeds(0, (k) => k.fn.closeFd(k, caller.tid, fd))
  },
})
