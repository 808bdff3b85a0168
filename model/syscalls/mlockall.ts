import { usualFlags } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Lock what is mapped (MCL_CURRENT), and what will be (MCL_FUTURE; without it in the flags, no longer). With MCL_ONFAULT
 * pages are locked as they are touched, but counted at once. fork and exec drop both. The user is root, whom
 * RLIMIT_MEMLOCK does not stop.
 * Errors: EINVAL, no flags, or MCL_ONFAULT alone.
 * Source: mlockall(2); mm/mlock.c apply_mlockall_flags().
 */
export const mlockall = defineSyscall({
  name: 'mlockall',
  params: {
    flags: usualFlags(
      ['MCL_CURRENT', 'MCL_FUTURE', 'MCL_ONFAULT'],
      ['MCL_CURRENT'],
      ['MCL_FUTURE'],
      ['MCL_CURRENT', 'MCL_FUTURE'],
    ),
  },
  errors: ['EINVAL'],
  environment: ['EAGAIN', 'ENOMEM', 'EPERM'],
  source: 'mlockall(2); mm/mlock.c apply_mlockall_flags()',
  rule(_kernel, caller, { flags }) {
    const current = flags.has('MCL_CURRENT')
    const future = flags.has('MCL_FUTURE')
    if (!current && !future) return fails('EINVAL')
    return succeeds(0, (k) => {
      k.mms.edit(caller.mm).lockFuture = future
      if (current) k.fn.lockRange(k, caller.tid, 0, Infinity, 'LOCK')
    })
  },
})
