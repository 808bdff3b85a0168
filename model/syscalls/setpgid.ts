import { processOf } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Put a process, the caller (0) or a child of its, in a process group: a new one (its own number, or 0) or one that
 * exists in the caller's session.
 *
 * Errors, in this order: EINVAL, a negative group; ESRCH, no such process; EINVAL, a thread other than the main one; of a
 * child EPERM, in another session, EACCES, it has called execve; ESRCH, neither the caller nor its child; EPERM, a session
 * leader, or no such group in the session.
 * Source: setpgid(2); kernel/sys.c setpgid().
 */
export const setpgid = defineSyscall({
  name: 'setpgid',
  params: { pid: processOf('any'), pgid: processOf('group') },
  errors: ['EACCES', 'EINVAL', 'EPERM', 'ESRCH'],
  source: 'setpgid(2); kernel/sys.c setpgid()',
  rule(kernel, caller, args) {
    const pid = args.pid === 0 ? caller.pid : args.pid
    const group = args.pgid === 0 ? pid : args.pgid
    if (group < 0) return fails('EINVAL')
    const target = pid < 0 ? undefined : kernel.threads.get(pid)
    if (target === undefined) return fails('ESRCH')
    if (target.tid !== target.pid) return fails('EINVAL')
    const process = kernel.processes.at(pid)
    const { session } = kernel.processOf(caller)
    const refused = kernel.fn.refusesMove(kernel, caller.pid, process)
    if (refused !== null) return fails(refused)
    if (process.session === pid) return fails('EPERM')
    if (group !== pid && kernel.fn.sessionOfMembers(kernel, group) !== session) return fails('EPERM')
    return succeeds(0, (k) => k.fn.moveToGroup(k, pid, group))
  },
})
