import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { setvalClearsSemadj } from '../invariants/setval-clears-semadj.ts'

export const setvalKeepsSemadj: Fault = {
  name: 'SETVAL and SETALL keep every semadj',
  source: 'semctl(2); ipc/sem.c semctl_setval()',
  breaks: [setvalClearsSemadj.name],
  apply: patchFunctions(() => ({ clearAdjustments: () => undefined })),
}
