import type { Invariant, StepProperty } from '../invariant.ts'
import { aLockCallChangesItsRangeOnly } from './a-lock-call-changes-its-range-only.ts'
import { aLockIsRefusedForAConflictOnly } from './a-lock-is-refused-for-a-conflict-only.ts'
import { aLockNeedsItsAccessMode } from './a-lock-needs-its-access-mode.ts'
import { aRefusedFlockIsLost } from './a-refused-flock-is-lost.ts'
import { closingLeavesTheLocksOfOthers } from './closing-leaves-the-locks-of-others.ts'
import { conflictingFlocksNeverMeet } from './conflicting-flocks-never-meet.ts'
import { conflictingRecordLocksNeverOverlap } from './conflicting-record-locks-never-overlap.ts'
import { edeadlkMeansACycle } from './edeadlk-means-a-cycle.ts'
import { execKeepsPosixLocks } from './exec-keeps-posix-locks.ts'
import { flocksEndWithTheirDescription } from './flocks-end-with-their-description.ts'
import { lockWaitersWaitForAHolder } from './lock-waiters-wait-for-a-holder.ts'
import { noShortCycleOfLockWaiters } from './no-short-cycle-of-lock-waiters.ts'
import { ofdLocksEndWithTheirDescription } from './ofd-locks-end-with-their-description.ts'
import { posixLocksEndWithTheirTable } from './posix-locks-end-with-their-table.ts'
import { posixLocksHaveADescriptor } from './posix-locks-have-a-descriptor.ts'
import { recordLocksOfAnOwnerAreMerged } from './record-locks-of-an-owner-are-merged.ts'
import { theDyingWaitForNoLock } from './the-dying-wait-for-no-lock.ts'
import { zombiesHoldNoSemadj } from './zombies-hold-no-semadj.ts'

/** Every invariant that is checked. */
export const invariants: readonly Invariant[] = [
  conflictingFlocksNeverMeet,
  conflictingRecordLocksNeverOverlap,
  flocksEndWithTheirDescription,
  lockWaitersWaitForAHolder,
  ofdLocksEndWithTheirDescription,
  posixLocksEndWithTheirTable,
  posixLocksHaveADescriptor,
  recordLocksOfAnOwnerAreMerged,
  theDyingWaitForNoLock,
  zombiesHoldNoSemadj,
]

/** Every property of a single step. */
export const stepProperties: readonly StepProperty[] = [
  aLockCallChangesItsRangeOnly,
  aLockIsRefusedForAConflictOnly,
  aLockNeedsItsAccessMode,
  aRefusedFlockIsLost,
  closingLeavesTheLocksOfOthers,
  edeadlkMeansACycle,
  execKeepsPosixLocks,
  noShortCycleOfLockWaiters,
]
