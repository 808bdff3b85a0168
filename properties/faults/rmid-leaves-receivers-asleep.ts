import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { ipcSleepersAreAwaited } from '../invariants/ipc-sleepers-are-awaited.ts'

export const rmidLeavesReceiversAsleep: Fault = {
  name: 'IPC_RMID of a message queue leaves its receivers asleep',
  source: 'msgctl(2); ipc/msg.c freeque()',
  breaks: [ipcSleepersAreAwaited.name],
  apply: patchFunctions(() => ({ expelReceivers: () => undefined })),
}
