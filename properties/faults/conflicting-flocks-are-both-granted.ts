import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { conflictingFlocksNeverMeet } from '../invariants/conflicting-flocks-never-meet.ts'

export const conflictingFlocksAreBothGranted: Fault = {
  name: 'an exclusive flock is granted beside another',
  source: 'flock(2); fs/locks.c flock_locks_conflict()',
  breaks: [conflictingFlocksNeverMeet.name],
  apply: patchFunctions(() => ({ flockConflicts: () => false })),
}
