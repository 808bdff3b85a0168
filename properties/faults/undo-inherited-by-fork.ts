import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { forkInheritsNoSemadj } from '../invariants/fork-inherits-no-semadj.ts'

export const undoInheritedByFork: Fault = {
  name: 'a fork child shares the undo list of its parent',
  source: 'semop(2); ipc/sem.c copy_semundo()',
  breaks: [forkInheritsNoSemadj.name],
  apply: patchFunctions(({ copySemundo }) => ({
    copySemundo: (kernel, caller, child, share) =>
      copySemundo(kernel, caller, child, share || kernel.threads.at(caller).undo !== 0),
  })),
}
