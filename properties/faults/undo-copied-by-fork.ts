import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { forkInheritsNoSemadj } from '../invariants/fork-inherits-no-semadj.ts'

export const undoCopiedByFork: Fault = {
  name: "a fork child gets a copy of its parent's undo list",
  source: 'semop(2); ipc/sem.c copy_semundo()',
  breaks: [forkInheritsNoSemadj.name],
  apply: patchFunctions(({ copySemundo }) => ({
    copySemundo(kernel, caller, child, share) {
      const { undo } = kernel.threads.at(caller)
      if (share || undo === 0) return copySemundo(kernel, caller, child, share)
      const { sets } = kernel.undos.at(undo)
      return kernel.undos.add(child, () => ({ users: 1, sets }))
    },
  })),
}
