import type { ExecPhase } from '../rules.ts'

/** From now on the parent cannot move the process to another group. Source: setpgid(2) EACCES; fs/exec.c, PF_FORKNOEXEC. */
export const didExec: ExecPhase = {
  name: 'PF_FORKNOEXEC',
  killable: false,
  ready: () => true,
  run(kernel, tid) {
    kernel.processes.edit(kernel.threads.at(tid).pid).didExec = true
    return true
  },
}
