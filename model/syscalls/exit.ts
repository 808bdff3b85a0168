import { int } from '../params.ts'
import { defineSyscall } from '../syscall.ts'

/**
 * End the calling thread. The process goes on while it has another; when all threads leave so, the last one's value is
 * the process's. Never returns.
 * Source: _exit(2), pthreads(7); kernel/exit.c do_exit().
 */
export const exit = defineSyscall({
  name: 'exit',
  params: { status: int(0, 1, 255) },
  returns: 'nothing',
  source: '_exit(2); kernel/exit.c do_exit()',
  rule(_kernel, caller, { status }) {
    const effect = (k: typeof _kernel) => {
      k.threads.edit(caller.tid).exitStatus = (status & 0xff) << 8
      k.fn.beginExit(k, caller.tid)
    }
    return [{ result: 0, noReturn: true, effect }]
  },
})
