import { defineSyscall, succeeds } from '../syscall.ts'

/** The caller's process group. Source: getpgrp(2); kernel/sys.c. */
export const getpgrp = defineSyscall({
  name: 'getpgrp',
  params: {},
  returns: 'group',
  source: 'getpgrp(2); kernel/sys.c getpgrp()',
  rule: (kernel, caller) => succeeds(kernel.processOf(caller).group),
})
