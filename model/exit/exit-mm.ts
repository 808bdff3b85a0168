import type { ExitPhase } from '../rules.ts'

/** A vfork parent goes on; then the address space is dropped, by its last user mapping for mapping. Source: kernel/exit.c exit_mm(). */
export const exitMm: ExitPhase = {
  name: 'exit_mm',
  state: 'exiting.mm',
  run(kernel, tid) {
    kernel.fn.releaseVforkParent(kernel, tid)
    return kernel.fn.dropMm(kernel, tid)
  },
}
