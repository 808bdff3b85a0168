import { wroteTo } from '../wrote-to.ts'
import { eachStep, named } from '../invariant.ts'

export const forkInheritsNoSemadj = eachStep({
  name: 'fork copies and shares no undo list',
  source: 'semop(2), fork(2); ipc/sem.c copy_semundo()',
  on: ['effect'],
  effectsOf: named('fork', 'vfork'),
  before: () => true,
  after: (kernel) => (wroteTo(kernel, kernel.undos) ? 'an undo list changed' : undefined),
})
