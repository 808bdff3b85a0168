import type { ExitPhase } from '../rules.ts'

/**
 * No longer a target for the process's signals; the last thread to get here speaks for the process from now on.
 * Source: kernel/exit.c exit_signals(), do_exit().
 */
export const exitSignals: ExitPhase = {
  name: 'exit_signals',
  state: 'exiting.signals',
  run(kernel, tid) {
    kernel.fn.leaveLiving(kernel, tid)
    return true
  },
}
