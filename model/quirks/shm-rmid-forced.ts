import type { Quirk } from '../quirk.ts'
import { patchFunctions } from '../rules.ts'

/**
 * kernel.shm_rmid_forced=1: a segment goes with its last attach, marked or not, and one that nobody has attached goes
 * with the thread that made it.
 */
export const shmRmidForced: Quirk = {
  name: 'a shared memory segment does not outlive its last attach and its creator',
  source: 'proc(5) /proc/sys/kernel/shm_rmid_forced; ipc/shm.c shm_may_destroy(), exit_shm()',
  applies: ({ sysctl }) => Number(sysctl['kernel.shm_rmid_forced'] ?? 0) !== 0,
  apply: patchFunctions(({ exitShm }) => ({
    lastDetach: () => 'LAST_DETACH_RMID_FORCED',
    exitShm(kernel, tid) {
      const made = kernel.shms.ids((row) => row.creatorThread === tid)
      exitShm(kernel, tid)
      for (const segment of made) {
        if (kernel.shms.at(segment).nattch === 0) kernel.fn.moveSegment(kernel, segment, 'RMID_FORCED')
      }
    },
  })),
}
