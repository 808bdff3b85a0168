import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { semadjsAreInRange } from '../invariants/semadjs-are-in-range.ts'

export const semadjWithoutRange: Fault = {
  name: 'a semadj may leave its range',
  source: 'semop(2) ERANGE; ipc/sem.c perform_atomic_semop()',
  breaks: [semadjsAreInRange.name],
  apply: patchFunctions(() => ({ isSemadj: () => true })),
}
