import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { conflictingRecordLocksNeverOverlap } from '../invariants/conflicting-record-locks-never-overlap.ts'

export const touchingLocksDoNotConflict: Fault = {
  name: 'locks that share only their outermost byte do not conflict',
  source: 'fs/locks.c locks_overlap()',
  breaks: [conflictingRecordLocksNeverOverlap.name],
  apply: patchFunctions(() => ({ locksOverlap: (a, b) => a.start < b.end && b.start < a.end })),
}
