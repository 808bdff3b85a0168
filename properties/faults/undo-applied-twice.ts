import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { exitAddsItsSemadj } from '../invariants/exit-adds-its-semadj.ts'

export const undoAppliedTwice: Fault = {
  name: 'an undo list is applied twice',
  source: 'ipc/sem.c exit_sem()',
  breaks: [exitAddsItsSemadj.name],
  apply: patchFunctions(({ applyUndo }) => ({
    applyUndo(kernel, pid, entry) {
      applyUndo(kernel, pid, entry)
      applyUndo(kernel, pid, entry)
    },
  })),
}
