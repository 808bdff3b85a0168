import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { ipcSleepersAreAwaited } from '../invariants/ipc-sleepers-are-awaited.ts'

export const removalLeavesReceiversAsleep: Fault = {
  name: 'IPC_RMID of a message queue wakes none of those who sleep in msgrcv',
  source: 'msgctl(2) IPC_RMID; ipc/msg.c freeque(), expunge_all()',
  breaks: [ipcSleepersAreAwaited.name],
  apply: patchFunctions(() => ({ expelReceivers() {} })),
}
