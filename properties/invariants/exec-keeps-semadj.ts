import { wroteTo } from '../wrote-to.ts'
import { eachStep } from '../invariant.ts'

export const execKeepsSemadj = eachStep({
  name: 'exec neither applies nor drops a semadj',
  source: 'execve(2), semop(2); fs/exec.c begin_new_exec()',
  on: ['exec'],
  before: () => true,
  after(kernel) {
    return wroteTo(kernel, kernel.sems) || wroteTo(kernel, kernel.undos)
      ? 'a semaphore set or an undo list changed'
      : undefined
  },
})
