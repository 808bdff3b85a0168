import type { ExitPhase } from '../rules.ts'

/** The queued releases run, the one queued last first: end-of-file, flocks, hangups. Source: kernel/task_work.c task_work_run(). */
export const exitTaskWork: ExitPhase = {
  name: 'exit_task_work',
  state: 'exiting.work',
  run(kernel, tid) {
    if (kernel.threads.at(tid).work.length === 0) return true
    kernel.fn.taskWorkRunOne(kernel, tid)
    return false
  },
}
