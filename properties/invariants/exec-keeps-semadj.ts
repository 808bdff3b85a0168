import { tableOfKey } from '../../model/state/table.ts'
import { eachStep } from '../invariant.ts'

export const execKeepsSemadj = eachStep({
  name: 'exec neither applies nor drops a semadj',
  source: 'execve(2), semop(2); fs/exec.c begin_new_exec()',
  before: (_kernel, event) => (event.kind === 'internal' && event.move === 'exec' ? true : undefined),
  after(kernel) {
    const { sems, undos, ledger } = kernel
    const written = ledger.touched.some((key) => tableOfKey(key) === sems.index || tableOfKey(key) === undos.index)
    return written ? 'a semaphore set or an undo list changed' : undefined
  },
})
