import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aLockIsRefusedForAConflictOnly } from '../invariants/a-lock-is-refused-for-a-conflict-only.ts'

export const readLocksConflict: Fault = {
  name: 'two read locks conflict',
  source: 'fcntl(2) F_RDLCK; fs/locks.c locks_conflict()',
  breaks: [aLockIsRefusedForAConflictOnly.name],
  apply: patchFunctions(() => ({ lockTypesConflict: () => true })),
}
