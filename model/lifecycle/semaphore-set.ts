import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type SemaphoreSetEvent = 'SEMOP' | 'SETVAL' | 'UNDO' | 'RMID'

/**
 * A System V semaphore set. No process keeps it alive and none's death removes it; exit only adds each semadj (UNDO).
 * After RMID nothing happens to it any more: sleepers fail with EIDRM and what is left in undo lists is void. SETVAL
 * stands for SETALL too; the end of the IPC namespace is an RMID.
 * Source: semop(2), semctl(2); ipc/sem.c freeary(), exit_sem().
 */
const semaphoreSet = setup({ types: typed<SemaphoreSetEvent>() }).createMachine({
  id: 'semaphore-set',
  initial: 'live',
  states: {
    live: { on: { SEMOP: 'live', SETVAL: 'live', UNDO: 'live', RMID: 'removed' } },
    removed: { type: 'final' },
  },
})

export const semaphoreSetChart = compile(semaphoreSet)
export type SemaphoreSetState = StateOf<typeof semaphoreSetChart>
