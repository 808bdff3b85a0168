import type { ExitPhase } from '../rules.ts'

/** What shm_rmid_forced takes along. Source: proc(5); ipc/shm.c exit_shm(). */
export const exitShm: ExitPhase = {
  name: 'exit_shm',
  state: 'exiting.shm',
  run(kernel, tid) {
    kernel.fn.exitShm(kernel, tid)
    return true
  },
}
