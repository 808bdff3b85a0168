import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type ShmSegmentEvent = 'ATTACH' | 'DETACH' | 'LAST_DETACH' | 'LAST_DETACH_RMID_FORCED' | 'RMID' | 'RMID_FORCED'

/**
 * A System V shared memory segment; `unattached` is nattch 0, `marked` is SHM_DEST.
 *
 * ATTACH and DETACH are a mapping more or less by any means: shmat, fork, a split by mprotect; shmdt, exec, exit. A
 * marked segment is attached, can still be attached to by its id, and may be removed again to no effect.
 * The two RMID_FORCED events exist only under kernel.shm_rmid_forced: the last detach destroys, and so do the exit of the
 * creator of an unattached segment and, if that creator is dead already, setting the sysctl. The end of the IPC
 * namespace is an RMID.
 * Source: shmctl(2), shmop(2), proc(5); ipc/shm.c shm_may_destroy(), do_shm_rmid(), exit_shm(), shm_destroy_orphaned().
 */
const shmSegment = setup({ types: typed<ShmSegmentEvent>() }).createMachine({
  id: 'shm-segment',
  initial: 'live',
  states: {
    live: {
      initial: 'unattached',
      states: {
        unattached: {
          on: { ATTACH: 'attached', RMID: '#shm-segment.destroyed', RMID_FORCED: '#shm-segment.destroyed' },
        },
        attached: {
          on: {
            ATTACH: 'attached',
            DETACH: 'attached',
            LAST_DETACH: 'unattached',
            LAST_DETACH_RMID_FORCED: '#shm-segment.destroyed',
            RMID: '#shm-segment.marked',
          },
        },
      },
    },
    marked: {
      on: {
        ATTACH: 'marked',
        DETACH: 'marked',
        RMID: 'marked',
        LAST_DETACH: 'destroyed',
        LAST_DETACH_RMID_FORCED: 'destroyed',
      },
    },
    destroyed: { type: 'final' },
  },
})

export const shmSegmentChart = compile(shmSegment)
export type ShmSegmentState = StateOf<typeof shmSegmentChart>
