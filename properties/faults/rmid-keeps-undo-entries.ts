import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { RULES_HOLD_TOGETHER } from '../hold.ts'
import { undoEntriesFitTheirSets } from '../invariants/undo-entries-fit-their-sets.ts'

export const rmidKeepsUndoEntries: Fault = {
  name: 'IPC_RMID of a semaphore set leaves its entries in undo lists',
  source: 'ipc/sem.c freeary(); commit 380af1b33b3f',
  breaks: [undoEntriesFitTheirSets.name, RULES_HOLD_TOGETHER.name],
  apply: patchFunctions(() => ({ voidAdjustments: () => undefined })),
}
