import { RESOURCE_NAMES } from '../functions/limits.ts'
import { limit, word } from '../params.ts'
import { defineSyscall, fails } from '../syscall.ts'

/**
 * Set a limit of the calling process.
 * Errors: EFAULT, no limit given; EINVAL, a soft limit above the hard one; EPERM, by the world outside the model.
 * Source: getrlimit(2); kernel/sys.c do_prlimit().
 */
export const setrlimit = defineSyscall({
  name: 'setrlimit',
  params: { resource: word(...RESOURCE_NAMES), limit: limit() },
  errors: ['EFAULT', 'EINVAL'],
  environment: ['EPERM'],
  source: 'getrlimit(2); kernel/sys.c do_prlimit()',
  rule(kernel, caller, { resource, limit }) {
    if (limit === null) return fails('EFAULT')
    return kernel.fn.changeLimit(kernel, caller.pid, resource, limit, null)
  },
})
