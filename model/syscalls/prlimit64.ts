import { RESOURCE_NAMES } from '../functions/limits.ts'
import { limit, out, processOf, word } from '../params.ts'
import { defineSyscall, fails } from '../syscall.ts'

/**
 * Ask for a limit of a process, the caller (0) or another, dead ones that nobody waited for included; and set it unless
 * the new one is null. Lowering RLIMIT_NOFILE closes nothing.
 * Errors: ESRCH, no such process; EINVAL, a soft limit above the hard one; EPERM, RLIMIT_NOFILE above fs.nr_open, by the
 * world outside the model.
 * Source: prlimit(2); kernel/sys.c.
 */
export const prlimit64 = defineSyscall({
  name: 'prlimit64',
  params: {
    pid: processOf('any'),
    resource: word(...RESOURCE_NAMES),
    newLimit: limit(),
    oldLimit: out('limit'),
  },
  errors: ['EINVAL', 'ESRCH'],
  environment: ['EPERM'],
  source: 'prlimit(2); kernel/sys.c do_prlimit()',
  rule(kernel, caller, { pid, resource, newLimit }) {
    const target = pid === 0 ? caller.pid : kernel.threads.get(pid)?.pid
    if (target === undefined) return fails('ESRCH')
    return kernel.fn.changeLimit(kernel, target, resource, newLimit, 'oldLimit')
  },
})
