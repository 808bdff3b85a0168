import type { ExecPhase } from '../rules.ts'

/**
 * A vfork parent goes on; then the old address space is dropped, by its last user mapping for mapping, and with it
 * attaches and memory locks. Source: execve(2); fs/exec.c exec_mmap().
 */
export const execMmap: ExecPhase = {
  name: 'exec_mmap',
  killable: false,
  ready: () => true,
  run(kernel, tid) {
    kernel.fn.releaseVforkParent(kernel, tid)
    if (!kernel.fn.dropMm(kernel, tid)) return false
    kernel.fn.newMm(kernel, tid)
    return true
  },
}
