import type { ExecPhase } from '../rules.ts'
import { otherThreads } from '../functions/exec.ts'

/**
 * The other threads are killed and waited for; then the caller becomes the main thread.
 * Source: execve(2); fs/exec.c de_thread().
 */
export const deThread: ExecPhase = {
  name: 'de_thread',
  killable: true,
  ready: (kernel, thread) =>
    otherThreads(kernel, thread).every(({ state }) => state === 'dead') ||
    otherThreads(kernel, thread).some(
      ({ state, killed }) => state !== 'dead' && !killed && !state.startsWith('exiting'),
    ),
  run(kernel, tid) {
    if (otherThreads(kernel, kernel.threads.at(tid)).some(({ state }) => state !== 'dead')) {
      kernel.fn.zapOtherThreads(kernel, tid)
      return false
    }
    kernel.fn.becomeMainThread(kernel, tid)
    return true
  },
}
