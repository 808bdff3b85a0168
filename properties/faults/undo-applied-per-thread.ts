import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { exitAddsItsSemadj } from '../invariants/exit-adds-its-semadj.ts'

export const undoAppliedPerThread: Fault = {
  name: 'the first of the threads that share an undo list applies it',
  source: 'clone(2) CLONE_SYSVSEM; ipc/sem.c exit_sem()',
  breaks: [exitAddsItsSemadj.name],
  apply: patchFunctions(({ exitSem }) => ({
    exitSem(kernel, tid) {
      const { undo, pid } = kernel.threads.at(tid)
      const list = kernel.undos.get(undo)
      if (list !== undefined && list.users > 1 && list.sets.length > 0) {
        const { sets } = list
        kernel.undos.edit(undo).sets = []
        for (const entry of sets) kernel.fn.applyUndo(kernel, pid, entry)
      }
      return exitSem(kernel, tid)
    },
  })),
}
