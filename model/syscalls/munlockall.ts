import { defineSyscall, succeeds } from '../syscall.ts'

/**
 * Unlock all that is mapped, and lock no longer what will be.
 * Source: mlockall(2); mm/mlock.c.
 */
export const munlockall = defineSyscall({
  name: 'munlockall',
  params: {},
  source: 'mlockall(2); mm/mlock.c',
  rule(_kernel, caller) {
    return succeeds(0, (k) => {
      k.mms.edit(caller.mm).lockFuture = false
      k.fn.lockRange(k, caller.tid, 0, Infinity, 'UNLOCK')
    })
  },
})
