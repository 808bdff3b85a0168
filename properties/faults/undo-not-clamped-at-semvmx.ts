import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { exitAddsItsSemadj } from '../invariants/exit-adds-its-semadj.ts'
import { semvalsAreInRange } from '../invariants/semvals-are-in-range.ts'

export const undoNotClampedAtSemvmx: Fault = {
  name: 'an undo takes a semval above SEMVMX',
  source: 'semop(2) BUGS; ipc/sem.c exit_sem()',
  breaks: [exitAddsItsSemadj.name, semvalsAreInRange.name],
  apply: patchFunctions(() => ({ clampSemval: (value) => Math.max(value, 0) })),
}
