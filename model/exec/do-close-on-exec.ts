import type { ExecPhase } from '../rules.ts'

/** Close-on-exec descriptors are closed, in ascending order, one a step. Source: execve(2); fs/file.c do_close_on_exec(). */
export const doCloseOnExec: ExecPhase = {
  name: 'do_close_on_exec',
  killable: false,
  ready: () => true,
  run: (kernel, tid) => !kernel.fn.closeNextOnExec(kernel, tid),
}
