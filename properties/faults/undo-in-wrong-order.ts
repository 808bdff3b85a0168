import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { exitAddsItsSemadj } from '../invariants/exit-adds-its-semadj.ts'

export const undoInWrongOrder: Fault = {
  name: 'exit undoes the least recently used set first',
  source: 'ipc/sem.c exit_sem(), lookup_undo()',
  breaks: [exitAddsItsSemadj.name],
  apply: patchFunctions(({ exitSem }) => ({
    exitSem(kernel, tid) {
      const { undo } = kernel.threads.at(tid)
      const list = kernel.undos.get(undo)
      if (list?.users === 1 && list.sets.length > 1)
        kernel.undos.edit(undo).sets = [list.sets.at(-1)!, ...list.sets.slice(0, -1)]
      return exitSem(kernel, tid)
    },
  })),
}
