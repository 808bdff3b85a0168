import type { Fault } from '../fault.ts'
import { aDeadWaiterStaysQueued } from './a-dead-waiter-stays-queued.ts'
import { deadlockNotDetected } from './deadlock-not-detected.ts'
import { deadlockReportedForOfdLocks } from './deadlock-reported-for-ofd-locks.ts'
import { execDropsPosixLocks } from './exec-drops-posix-locks.ts'
import { exitSemSkipped } from './exit-sem-skipped.ts'
import { flockOutlivesItsDescription } from './flock-outlives-its-description.ts'
import { flockReleasedWithItsLocker } from './flock-released-with-its-locker.ts'
import { flockUpgradeKeepsTheOldLock } from './flock-upgrade-keeps-the-old-lock.ts'
import { lockWaiterNotWokenAtDeath } from './lock-waiter-not-woken-at-death.ts'
import { mergingForgetsTheOlderLock } from './merging-forgets-the-older-lock.ts'
import { ofdLockTreatedAsPosix } from './ofd-lock-treated-as-posix.ts'
import { ofdLocksGoWithAnyDescriptor } from './ofd-locks-go-with-any-descriptor.ts'
import { posixLockSurvivesARacingClose } from './posix-lock-survives-a-racing-close.ts'
import { posixLocksInheritedByFork } from './posix-locks-inherited-by-fork.ts'
import { posixLocksKeptAtExit } from './posix-locks-kept-at-exit.ts'
import { posixLocksKeptByASecondDescriptor } from './posix-locks-kept-by-a-second-descriptor.ts'
import { posixLocksKeptWhenAReaderCloses } from './posix-locks-kept-when-a-reader-closes.ts'
import { posixLocksOfChildrenReleased } from './posix-locks-of-children-released.ts'
import { readLocksConflict } from './read-locks-conflict.ts'
import { recordLocksAreNotMerged } from './record-locks-are-not-merged.ts'
import { splittingLosesTheRightPart } from './splitting-loses-the-right-part.ts'
import { touchingLocksDoNotConflict } from './touching-locks-do-not-conflict.ts'
import { unlockingTheMiddleDropsAll } from './unlocking-the-middle-drops-all.ts'
import { writeLockOnAReader } from './write-lock-on-a-reader.ts'

/** Every deliberate mistake. */
export const faults: readonly Fault[] = [
  aDeadWaiterStaysQueued,
  deadlockNotDetected,
  deadlockReportedForOfdLocks,
  execDropsPosixLocks,
  exitSemSkipped,
  flockOutlivesItsDescription,
  flockReleasedWithItsLocker,
  flockUpgradeKeepsTheOldLock,
  lockWaiterNotWokenAtDeath,
  mergingForgetsTheOlderLock,
  ofdLocksGoWithAnyDescriptor,
  ofdLockTreatedAsPosix,
  posixLocksInheritedByFork,
  posixLocksKeptAtExit,
  posixLocksKeptByASecondDescriptor,
  posixLocksKeptWhenAReaderCloses,
  posixLocksOfChildrenReleased,
  posixLockSurvivesARacingClose,
  readLocksConflict,
  recordLocksAreNotMerged,
  splittingLosesTheRightPart,
  touchingLocksDoNotConflict,
  unlockingTheMiddleDropsAll,
  writeLockOnAReader,
]
