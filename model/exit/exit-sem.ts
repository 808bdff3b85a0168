import type { ExitPhase } from '../rules.ts'

/** The undo list is dropped, by its last user set for set. Source: semop(2); ipc/sem.c exit_sem(). */
export const exitSem: ExitPhase = {
  name: 'exit_sem',
  state: 'exiting.sem',
  run: (kernel, tid) => kernel.fn.exitSem(kernel, tid),
}
