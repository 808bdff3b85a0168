import type { ExitPhase } from '../rules.ts'

/** Working directory, root and umask are dropped. Source: fs/fs_struct.c exit_fs(). */
export const exitFs: ExitPhase = {
  name: 'exit_fs',
  state: 'exiting.fs',
  run(kernel, tid) {
    const { fs } = kernel.threads.at(tid)
    kernel.threads.edit(tid).fs = 0
    if (kernel.fs.at(fs).users === 1) kernel.fs.remove(fs)
    else kernel.fs.edit(fs).users--
    return true
  },
}
