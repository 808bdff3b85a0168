import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { shmSegmentChart } from '../lifecycle/shm-segment.ts'

/** One more attach. Source: shmat(2); ipc/shm.c shm_open(). */
export function shmOpen(kernel: Kernel, segment: number, pid: number): void {
  const row = kernel.shms.edit(segment)
  row.state = advance(shmSegmentChart, row.state, 'ATTACH')
  row.nattch++
  row.lpid = pid
}

/** One attach fewer; a segment marked for destruction goes with the last. Source: shmdt(2); ipc/shm.c shm_close(). */
export function shmClose(kernel: Kernel, segment: number, pid: number): void {
  const row = kernel.shms.edit(segment)
  row.nattch--
  row.lpid = pid
  row.state = advance(shmSegmentChart, row.state, row.nattch === 0 ? 'LAST_DETACH' : 'DETACH')
  if (row.state === 'destroyed') kernel.shms.remove(segment)
}

/** Under shm_rmid_forced a dying creator takes its unattached segments along; otherwise nothing. Source: ipc/shm.c exit_shm(). */
export function exitShm(_kernel: Kernel, _tid: number): void {
  // The default, kernel.shm_rmid_forced=0.
}
