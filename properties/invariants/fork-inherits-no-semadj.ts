import { tableOfKey } from '../../model/state/table.ts'
import { eachStep } from '../invariant.ts'

export const forkInheritsNoSemadj = eachStep({
  name: 'fork copies and shares no undo list',
  source: 'semop(2), fork(2); ipc/sem.c copy_semundo()',
  before(kernel, event) {
    if (event.kind !== 'internal' || event.move !== 'effect') return undefined
    const name = kernel.threads.at(event.tid).call?.syscall.name
    return name === 'fork' || name === 'vfork' ? true : undefined
  },
  after: (kernel) =>
    kernel.ledger.touched.some((key) => tableOfKey(key) === kernel.undos.index) ? 'an undo list changed' : undefined,
})
