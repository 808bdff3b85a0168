import { processOf } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * The session of any process, the caller (0) included; zombies have one.
 * Errors: ESRCH.
 * Source: getsid(2); kernel/sys.c getsid().
 */
export const getsid = defineSyscall({
  name: 'getsid',
  params: { pid: processOf('any') },
  returns: 'group',
  errors: ['ESRCH'],
  source: 'getsid(2); kernel/sys.c getsid()',
  rule(kernel, caller, { pid }) {
    const thread = pid === 0 ? caller : pid < 0 ? undefined : kernel.threads.get(pid)
    return thread === undefined ? fails('ESRCH') : succeeds(kernel.processOf(thread).session)
  },
})
