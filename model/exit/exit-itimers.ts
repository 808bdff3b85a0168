import type { ExitPhase } from '../rules.ts'

/** Alarms die with the process. Source: alarm(2), setitimer(2); kernel/time/posix-timers.c exit_itimers(). */
export const exitItimers: ExitPhase = {
  name: 'exit_itimers',
  state: 'exiting.timers',
  run(kernel, tid) {
    const { groupDead, pid } = kernel.threads.at(tid)
    if (groupDead && kernel.processes.at(pid).alarm > 0) kernel.processes.edit(pid).alarm = 0
    return true
  },
}
