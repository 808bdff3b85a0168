import { int } from '../params.ts'
import { defineSyscall } from '../syscall.ts'

/**
 * End the whole process with this exit value, of which the low 8 bits count. Never returns.
 * Source: exit_group(2), _exit(2); kernel/exit.c do_group_exit().
 */
export const exit_group = defineSyscall({
  name: 'exit_group',
  params: { status: int(0, 1, 255) },
  returns: 'nothing',
  source: 'exit_group(2); kernel/exit.c do_group_exit()',
  rule(_kernel, caller, { status }) {
    const effect = (k: typeof _kernel) => {
      k.fn.groupExit(k, caller.pid, (status & 0xff) << 8)
      k.fn.beginExit(k, caller.tid)
    }
    return [{ result: 0, noReturn: true, effect }]
  },
})
