import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { ipcSleepersAreAwaited } from '../invariants/ipc-sleepers-are-awaited.ts'

export const rmidLeavesSemopsAsleep: Fault = {
  name: 'IPC_RMID of a semaphore set leaves its sleepers asleep',
  source: 'semctl(2); ipc/sem.c freeary(); commit b52be557e24c',
  breaks: [ipcSleepersAreAwaited.name],
  apply: patchFunctions(() => ({ expelSleepers: () => undefined })),
}
