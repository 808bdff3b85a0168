import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Make a session and a process group of the caller's own, without a controlling terminal.
 *
 * Returns the session's id, the caller's pid.
 * Errors: EPERM, the caller leads a session, or some group bears its number, whether or not the caller is in it.
 * Source: setsid(2); kernel/sys.c ksys_setsid().
 */
export const setsid = defineSyscall({
  name: 'setsid',
  params: {},
  returns: 'group',
  errors: ['EPERM'],
  source: 'setsid(2); kernel/sys.c ksys_setsid()',
  rule(kernel, { pid }) {
    if (kernel.fn.isSessionLeader(kernel, pid) || kernel.groups.has(pid)) return fails('EPERM')
    return succeeds(pid, (k) => k.fn.newSession(k, pid))
  },
})
