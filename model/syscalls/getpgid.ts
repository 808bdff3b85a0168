import { processOf } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * The process group of any process, the caller (0) included; zombies have one.
 * Errors: ESRCH.
 * Source: getpgid(2); kernel/sys.c do_getpgid().
 */
export const getpgid = defineSyscall({
  name: 'getpgid',
  params: { pid: processOf('any') },
  returns: 'group',
  errors: ['ESRCH'],
  source: 'getpgid(2); kernel/sys.c do_getpgid()',
  rule(kernel, caller, { pid }) {
    const thread = pid === 0 ? caller : pid < 0 ? undefined : kernel.threads.get(pid)
    return thread === undefined ? fails('ESRCH') : succeeds(kernel.processOf(thread).group)
  },
})
