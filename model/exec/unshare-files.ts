import type { ExecPhase } from '../rules.ts'

/** The descriptor table becomes the process's own. Source: execve(2); kernel/fork.c unshare_files(). */
export const unshareFiles: ExecPhase = {
  name: 'unshare_files',
  killable: true,
  ready: () => true,
  run(kernel, tid) {
    kernel.fn.unshareFiles(kernel, tid)
    return true
  },
}
