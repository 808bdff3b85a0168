import { defineSyscall, succeeds } from '../syscall.ts'

/** The calling thread's tid. Source: gettid(2). */
export const gettid = defineSyscall({
  name: 'gettid',
  params: {},
  returns: 'process',
  source: 'gettid(2)',
  rule: (_kernel, caller) => succeeds(caller.tid),
})
