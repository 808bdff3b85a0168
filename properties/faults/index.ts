import type { Fault } from '../fault.ts'
import { aDeadWaiterStaysQueued } from './a-dead-waiter-stays-queued.ts'
import { aGroupGoesWithItsLastLivingMember } from './a-group-goes-with-its-last-living-member.ts'
import { aGroupLeaderMayCallSetsid } from './a-group-leader-may-call-setsid.ts'
import { aLinkMayCrossSessions } from './a-link-may-cross-sessions.ts'
import { allChildrenMoveBeforeOrphansAreLookedFor } from './all-children-move-before-orphans-are-looked-for.ts'
import { backgroundAccessStopsTheCallerAlone } from './background-access-stops-the-caller-alone.ts'
import { childrensGroupsNotLookedAt } from './childrens-groups-not-looked-at.ts'
import { deadlockNotDetected } from './deadlock-not-detected.ts'
import { deadlockReportedForOfdLocks } from './deadlock-reported-for-ofd-locks.ts'
import { execAppliesSemadj } from './exec-applies-semadj.ts'
import { execDropsPosixLocks } from './exec-drops-posix-locks.ts'
import { exitEmptiesMessageQueues } from './exit-empties-message-queues.ts'
import { exitKeepsAttaches } from './exit-keeps-attaches.ts'
import { exitRemovesMessageQueues } from './exit-removes-message-queues.ts'
import { exitSemSkipped } from './exit-sem-skipped.ts'
import { flockOutlivesItsDescription } from './flock-outlives-its-description.ts'
import { flockReleasedWithItsLocker } from './flock-released-with-its-locker.ts'
import { flockUpgradeKeepsTheOldLock } from './flock-upgrade-keeps-the-old-lock.ts'
import { hangupIsForgotten } from './hangup-is-forgotten.ts'
import { hangupLeavesTheSessionItsTerminal } from './hangup-leaves-the-session-its-terminal.ts'
import { hangupSignalsTheForeground } from './hangup-signals-the-foreground.ts'
import { killedSemopsStayQueued } from './killed-semops-stay-queued.ts'
import { leaderExitContinues } from './leader-exit-continues.ts'
import { leaderExitKeepsTheTerminal } from './leader-exit-keeps-the-terminal.ts'
import { leaderExitSignalsTheSession } from './leader-exit-signals-the-session.ts'
import { lockWaiterNotWokenAtDeath } from './lock-waiter-not-woken-at-death.ts'
import { markedSegmentsStay } from './marked-segments-stay.ts'
import { mergingForgetsTheOlderLock } from './merging-forgets-the-older-lock.ts'
import { messageNotHandedOver } from './message-not-handed-over.ts'
import { messagesOverfillTheirQueue } from './messages-overfill-their-queue.ts'
import { nattchCountsProcesses } from './nattch-counts-processes.ts'
import { nattchNotRaisedByFork } from './nattch-not-raised-by-fork.ts'
import { nottyTakesTheTerminalFromAll } from './notty-takes-the-terminal-from-all.ts'
import { ofdLockTreatedAsPosix } from './ofd-lock-treated-as-posix.ts'
import { ofdLocksGoWithAnyDescriptor } from './ofd-locks-go-with-any-descriptor.ts'
import { orphansContinueBeforeHangup } from './orphans-continue-before-hangup.ts'
import { orphansJoinTheirReapersGroup } from './orphans-join-their-reapers-group.ts'
import { orphansOnlyContinue } from './orphans-only-continue.ts'
import { ownGroupNotLookedAt } from './own-group-not-looked-at.ts'
import { posixLockSurvivesARacingClose } from './posix-lock-survives-a-racing-close.ts'
import { posixLocksInheritedByFork } from './posix-locks-inherited-by-fork.ts'
import { posixLocksKeptAtExit } from './posix-locks-kept-at-exit.ts'
import { posixLocksKeptByASecondDescriptor } from './posix-locks-kept-by-a-second-descriptor.ts'
import { posixLocksKeptWhenAReaderCloses } from './posix-locks-kept-when-a-reader-closes.ts'
import { posixLocksOfChildrenReleased } from './posix-locks-of-children-released.ts'
import { readLocksConflict } from './read-locks-conflict.ts'
import { receiversServedOutOfOrder } from './receivers-served-out-of-order.ts'
import { recordLocksAreNotMerged } from './record-locks-are-not-merged.ts'
import { rmidDestroysAttachedSegments } from './rmid-destroys-attached-segments.ts'
import { rmidKeepsTheKey } from './rmid-keeps-the-key.ts'
import { rmidKeepsUndoEntries } from './rmid-keeps-undo-entries.ts'
import { rmidLeavesReceiversAsleep } from './rmid-leaves-receivers-asleep.ts'
import { rmidLeavesSemopsAsleep } from './rmid-leaves-semops-asleep.ts'
import { runningOrphansSignalled } from './running-orphans-signalled.ts'
import { semadjWithoutRange } from './semadj-without-range.ts'
import { semopAppliedInPart } from './semop-applied-in-part.ts'
import { semopsServedOutOfOrder } from './semops-served-out-of-order.ts'
import { setpgidAfterExecve } from './setpgid-after-execve.ts'
import { setsidKeepsTheTerminal } from './setsid-keeps-the-terminal.ts'
import { setvalKeepsSemadj } from './setval-keeps-semadj.ts'
import { splittingLosesTheRightPart } from './splitting-loses-the-right-part.ts'
import { stealingLeavesTheRobbedTheirTerminal } from './stealing-leaves-the-robbed-their-terminal.ts'
import { theBackgroundMayRead } from './the-background-may-read.ts'
import { theDyingCountAsLinks } from './the-dying-count-as-links.ts'
import { touchingLocksDoNotConflict } from './touching-locks-do-not-conflict.ts'
import { undoAppliedPerThread } from './undo-applied-per-thread.ts'
import { undoAppliedTwice } from './undo-applied-twice.ts'
import { undoBeforeDetach } from './undo-before-detach.ts'
import { undoCopiedByFork } from './undo-copied-by-fork.ts'
import { undoInWrongOrder } from './undo-in-wrong-order.ts'
import { undoInheritedByFork } from './undo-inherited-by-fork.ts'
import { undoListKeepsFirstUseOrder } from './undo-list-keeps-first-use-order.ts'
import { undoNotClampedAtSemvmx } from './undo-not-clamped-at-semvmx.ts'
import { undoNotClampedAtZero } from './undo-not-clamped-at-zero.ts'
import { undoWakesNobody } from './undo-wakes-nobody.ts'
import { unlockingTheMiddleDropsAll } from './unlocking-the-middle-drops-all.ts'
import { upToTakesTheFirst } from './up-to-takes-the-first.ts'
import { writeLockOnAReader } from './write-lock-on-a-reader.ts'
import { zombiesCountAsLinks } from './zombies-count-as-links.ts'

/** Every deliberate mistake. */
export const faults: readonly Fault[] = [
  aDeadWaiterStaysQueued,
  aGroupGoesWithItsLastLivingMember,
  aGroupLeaderMayCallSetsid,
  aLinkMayCrossSessions,
  allChildrenMoveBeforeOrphansAreLookedFor,
  backgroundAccessStopsTheCallerAlone,
  childrensGroupsNotLookedAt,
  deadlockNotDetected,
  deadlockReportedForOfdLocks,
  execAppliesSemadj,
  execDropsPosixLocks,
  exitEmptiesMessageQueues,
  exitKeepsAttaches,
  exitRemovesMessageQueues,
  exitSemSkipped,
  flockOutlivesItsDescription,
  flockReleasedWithItsLocker,
  flockUpgradeKeepsTheOldLock,
  hangupIsForgotten,
  hangupLeavesTheSessionItsTerminal,
  hangupSignalsTheForeground,
  killedSemopsStayQueued,
  leaderExitContinues,
  leaderExitKeepsTheTerminal,
  leaderExitSignalsTheSession,
  lockWaiterNotWokenAtDeath,
  markedSegmentsStay,
  mergingForgetsTheOlderLock,
  messageNotHandedOver,
  messagesOverfillTheirQueue,
  nattchCountsProcesses,
  nattchNotRaisedByFork,
  nottyTakesTheTerminalFromAll,
  ofdLocksGoWithAnyDescriptor,
  ofdLockTreatedAsPosix,
  orphansContinueBeforeHangup,
  orphansJoinTheirReapersGroup,
  orphansOnlyContinue,
  ownGroupNotLookedAt,
  posixLocksInheritedByFork,
  posixLocksKeptAtExit,
  posixLocksKeptByASecondDescriptor,
  posixLocksKeptWhenAReaderCloses,
  posixLocksOfChildrenReleased,
  posixLockSurvivesARacingClose,
  readLocksConflict,
  receiversServedOutOfOrder,
  recordLocksAreNotMerged,
  rmidDestroysAttachedSegments,
  rmidKeepsTheKey,
  rmidKeepsUndoEntries,
  rmidLeavesReceiversAsleep,
  rmidLeavesSemopsAsleep,
  runningOrphansSignalled,
  semadjWithoutRange,
  semopAppliedInPart,
  semopsServedOutOfOrder,
  setpgidAfterExecve,
  setsidKeepsTheTerminal,
  setvalKeepsSemadj,
  splittingLosesTheRightPart,
  stealingLeavesTheRobbedTheirTerminal,
  theBackgroundMayRead,
  theDyingCountAsLinks,
  touchingLocksDoNotConflict,
  undoAppliedPerThread,
  undoAppliedTwice,
  undoBeforeDetach,
  undoCopiedByFork,
  undoInheritedByFork,
  undoInWrongOrder,
  undoListKeepsFirstUseOrder,
  undoNotClampedAtSemvmx,
  undoNotClampedAtZero,
  undoWakesNobody,
  unlockingTheMiddleDropsAll,
  upToTakesTheFirst,
  writeLockOnAReader,
  zombiesCountAsLinks,
]
