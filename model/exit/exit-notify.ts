import type { ExitPhase } from '../rules.ts'

/** Children move, groups are orphaned, the parent learns of it: one step for every observer. Source: kernel/exit.c exit_notify(). */
export const exitNotify: ExitPhase = {
  name: 'exit_notify',
  state: 'exiting.notify',
  run(kernel, tid) {
    kernel.fn.exitNotify(kernel, tid)
    return true
  },
}
