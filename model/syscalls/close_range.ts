import { usualFlags, int } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Close every descriptor from `first` to `last`, or with CLOSE_RANGE_CLOEXEC set their close-on-exec flags; numbers that
 * are not open are passed over. CLOSE_RANGE_UNSHARE gives the caller a table of its own first.
 * Errors: EINVAL, `first` above `last`; both are unsigned 32-bit numbers.
 * Source: close_range(2); fs/file.c __do_sys_close_range().
 */
export const close_range = defineSyscall({
  name: 'close_range',
  params: {
    first: int(0, 1, 3),
    last: int(0xffff_ffff, 1, 4),
    flags: usualFlags(
      ['CLOSE_RANGE_CLOEXEC', 'CLOSE_RANGE_UNSHARE'],
      [],
      ['CLOSE_RANGE_CLOEXEC'],
      ['CLOSE_RANGE_UNSHARE'],
      ['CLOSE_RANGE_CLOEXEC', 'CLOSE_RANGE_UNSHARE'],
    ),
  },
  errors: ['EINVAL'],
  environment: ['EMFILE', 'ENOMEM'],
  source: 'close_range(2); fs/file.c __do_sys_close_range()',
  rule(_kernel, caller, { first, last, flags }) {
    const [from, to] = [first >>> 0, last >>> 0]
    if (from > to) return fails('EINVAL')
    return succeeds(0, (k) => k.fn.closeOrMarkRange(k, caller.tid, from, to, flags))
  },
})
