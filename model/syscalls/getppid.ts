import { defineSyscall, succeeds } from '../syscall.ts'

/** The pid of the parent's process: the one that made it, or whoever adopted it since. Source: getppid(2). */
export const getppid = defineSyscall({
  name: 'getppid',
  params: {},
  returns: 'process',
  source: 'getppid(2)',
  rule(kernel, caller) {
    const { parent } = kernel.processOf(caller)
    return succeeds(parent === 0 ? 0 : kernel.threads.at(parent).pid)
  },
})
