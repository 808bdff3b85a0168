import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const undoListKeepsFirstUseOrder: Fault = {
  name: 'a repeated SEM_UNDO operation does not bring its set to the front of the undo list',
  source: 'ipc/sem.c lookup_undo()',
  breaks: [],
  apply: patchFunctions(({ findAllocUndo }) => ({
    findAllocUndo(kernel, tid, set) {
      const { undo } = kernel.threads.at(tid)
      if (undo === 0 || !kernel.undos.at(undo).sets.some((entry) => entry.set === set)) findAllocUndo(kernel, tid, set)
    },
  })),
}
