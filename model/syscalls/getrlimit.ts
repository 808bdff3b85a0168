import { RESOURCE_NAMES } from '../functions/limits.ts'
import { out, word } from '../params.ts'
import { defineSyscall } from '../syscall.ts'

/**
 * Ask for a limit of the calling process.
 * Source: getrlimit(2); kernel/sys.c do_prlimit().
 */
export const getrlimit = defineSyscall({
  name: 'getrlimit',
  params: { resource: word(...RESOURCE_NAMES), limit: out('limit') },
  source: 'getrlimit(2); kernel/sys.c do_prlimit()',
  rule: (kernel, caller, { resource }) => kernel.fn.changeLimit(kernel, caller.pid, resource, null, 'limit'),
})
