import { defineSyscall, succeeds } from '../syscall.ts'

/** The pid of the caller's process. Source: getpid(2). */
export const getpid = defineSyscall({
  name: 'getpid',
  params: {},
  returns: 'process',
  source: 'getpid(2)',
  rule: (_kernel, caller) => succeeds(caller.pid),
})
