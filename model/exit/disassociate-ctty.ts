import type { ExitPhase } from '../rules.ts'

/** The last thread of a session leader gives up the terminal. Source: credentials(7); drivers/tty/tty_jobctrl.c disassociate_ctty(). */
export const disassociateCtty: ExitPhase = {
  name: 'disassociate_ctty',
  state: 'exiting.tty',
  run(kernel, tid) {
    const { groupDead, pid } = kernel.threads.at(tid)
    if (groupDead && kernel.processes.at(pid).session === pid) kernel.fn.disassociateCtty(kernel, tid)
    return true
  },
}
