import type { Fault } from '../fault.ts'
import { aChildIsNotEnteredInItsSession } from './a-child-is-not-entered-in-its-session.ts'
import { aCopiedTableForgetsItsGaps } from './a-copied-table-forgets-its-gaps.ts'
import { aDeadMainThreadMakesAZombie } from './a-dead-main-thread-makes-a-zombie.ts'
import { aDeadWaiterStaysQueued } from './a-dead-waiter-stays-queued.ts'
import { theLastThreadDiesTwice } from './the-last-thread-dies-twice.ts'
import { aFailedOpenKeepsItsNumber } from './a-failed-open-keeps-its-number.ts'
import { aFifoKeepsItsData } from './a-fifo-keeps-its-data.ts'
import { aFifoOpenMissesAShortVisit } from './a-fifo-open-misses-a-short-visit.ts'
import { aFullPipeTakesOneMore } from './a-full-pipe-takes-one-more.ts'
import { aGroupGoesWithItsLastLivingMember } from './a-group-goes-with-its-last-living-member.ts'
import { aGroupLeaderMayCallSetsid } from './a-group-leader-may-call-setsid.ts'
import { aHandlerKeepsItsMask } from './a-handler-keeps-its-mask.ts'
import { aKilledFifoOpenerStillCounts } from './a-killed-fifo-opener-still-counts.ts'
import { aLinkMayCrossSessions } from './a-link-may-cross-sessions.ts'
import { aNamelessQueueIsNotDestroyed } from './a-nameless-queue-is-not-destroyed.ts'
import { aNewThreadIsNotCountedAsLiving } from './a-new-thread-is-not-counted-as-living.ts'
import { aReleasedWriterStillCounts } from './a-released-writer-still-counts.ts'
import { aSleeperIsPassedOver } from './a-sleeper-is-passed-over.ts'
import { aStopLeavesAPendingSigcont } from './a-stop-leaves-a-pending-sigcont.ts'
import { aStopLeavesItsSignalAsTheStatus } from './a-stop-leaves-its-signal-as-the-status.ts'
import { aStopPassesByWhoSleeps } from './a-stop-passes-by-who-sleeps.ts'
import { aStopTakesOneThreadOnly } from './a-stop-takes-one-thread-only.ts'
import { aZombieBeforeItsFilesAreClosed } from './a-zombie-before-its-files-are-closed.ts'
import { aZombieIsReapedTwice } from './a-zombie-is-reaped-twice.ts'
import { adoptedChildrenComeFirst } from './adopted-children-come-first.ts'
import { adoptedZombiesAreNotAnnounced } from './adopted-zombies-are-not-announced.ts'
import { allChildrenMoveBeforeOrphansAreLookedFor } from './all-children-move-before-orphans-are-looked-for.ts'
import { anOpenForBothWakesNobody } from './an-open-for-both-wakes-nobody.ts'
import { anUnlinkedFileIsNeverFreed } from './an-unlinked-file-is-never-freed.ts'
import { backgroundAccessStopsTheCallerAlone } from './background-access-stops-the-caller-alone.ts'
import { blockedSignalsAreDelivered } from './blocked-signals-are-delivered.ts'
import { childrenKeepTheirDeadParent } from './children-keep-their-dead-parent.ts'
import { childrensGroupsNotLookedAt } from './childrens-groups-not-looked-at.ts'
import { deadlockNotDetected } from './deadlock-not-detected.ts'
import { deadlockReportedForOfdLocks } from './deadlock-reported-for-ofd-locks.ts'
import { descriptorsKeptAtExit } from './descriptors-kept-at-exit.ts'
import { dupTakesNoReference } from './dup-takes-no-reference.ts'
import { dup2KeepsCloseOnExec } from './dup2-keeps-close-on-exec.ts'
import { endOfFileBesideAWriter } from './end-of-file-beside-a-writer.ts'
import { equalPrioritiesComeLastInFirstOut } from './equal-priorities-come-last-in-first-out.ts'
import { execAppliesSemadj } from './exec-applies-semadj.ts'
import { execDropsPosixLocks } from './exec-drops-posix-locks.ts'
import { execForgetsWhatIsIgnored } from './exec-forgets-what-is-ignored.ts'
import { execKeepsCloseOnExecDescriptors } from './exec-keeps-close-on-exec-descriptors.ts'
import { execKeepsHandlers } from './exec-keeps-handlers.ts'
import { execSparesTheOtherThreads } from './exec-spares-the-other-threads.ts'
import { exitDoesNotUnmap } from './exit-does-not-unmap.ts'
import { exitEmptiesMessageQueues } from './exit-empties-message-queues.ts'
import { exitForgetsWhatWasMapped } from './exit-forgets-what-was-mapped.ts'
import { exitKeepsAttaches } from './exit-keeps-attaches.ts'
import { exitRemovesMessageQueues } from './exit-removes-message-queues.ts'
import { exitSemSkipped } from './exit-sem-skipped.ts'
import { flockOutlivesItsDescription } from './flock-outlives-its-description.ts'
import { flockReleasedWithItsLocker } from './flock-released-with-its-locker.ts'
import { flockUpgradeKeepsTheOldLock } from './flock-upgrade-keeps-the-old-lock.ts'
import { forkCopiesOpenDescriptions } from './fork-copies-open-descriptions.ts'
import { freedDescriptorsAreNotReused } from './freed-descriptors-are-not-reused.ts'
import { futureLocksInheritedByFork } from './future-locks-inherited-by-fork.ts'
import { groupExitSparesAThread } from './group-exit-spares-a-thread.ts'
import { hangupIsForgotten } from './hangup-is-forgotten.ts'
import { hangupLeavesTheSessionItsTerminal } from './hangup-leaves-the-session-its-terminal.ts'
import { hangupSignalsTheForeground } from './hangup-signals-the-foreground.ts'
import { ignoringSigchldLeavesZombies } from './ignoring-sigchld-leaves-zombies.ts'
import { killedSemopsStayQueued } from './killed-semops-stay-queued.ts'
import { killedSenderLeavesItsMessage } from './killed-sender-leaves-its-message.ts'
import { leaderExitContinues } from './leader-exit-continues.ts'
import { leaderExitKeepsTheTerminal } from './leader-exit-keeps-the-terminal.ts'
import { leaderExitSignalsTheSession } from './leader-exit-signals-the-session.ts'
import { lockWaiterNotWokenAtDeath } from './lock-waiter-not-woken-at-death.ts'
import { mappingHoldsNoDescription } from './mapping-holds-no-description.ts'
import { markedSegmentsStay } from './marked-segments-stay.ts'
import { memoryLocksCount } from './memory-locks-count.ts'
import { memoryLocksInheritedByFork } from './memory-locks-inherited-by-fork.ts'
import { mergingForgetsTheOlderLock } from './merging-forgets-the-older-lock.ts'
import { messageNotHandedOver } from './message-not-handed-over.ts'
import { messagesOverfillTheirQueue } from './messages-overfill-their-queue.ts'
import { namedSemaphorePostedAtDeath } from './named-semaphore-posted-at-death.ts'
import { namedSemaphoreUnlinkedAtItsLastClose } from './named-semaphore-unlinked-at-its-last-close.ts'
import { nattchCountsProcesses } from './nattch-counts-processes.ts'
import { nattchNotRaisedByFork } from './nattch-not-raised-by-fork.ts'
import { noParentDeathSignal } from './no-parent-death-signal.ts'
import { noSigchldAtDeath } from './no-sigchld-at-death.ts'
import { notificationFiresAgainAndAgain } from './notification-fires-again-and-again.ts'
import { notificationFiresThoughAReceiverWaits } from './notification-fires-though-a-receiver-waits.ts'
import { nottyTakesTheTerminalFromAll } from './notty-takes-the-terminal-from-all.ts'
import { oCloexecIgnored } from './o-cloexec-ignored.ts'
import { ofdLockTreatedAsPosix } from './ofd-lock-treated-as-posix.ts'
import { ofdLocksGoWithAnyDescriptor } from './ofd-locks-go-with-any-descriptor.ts'
import { oneCloseReleasesAPipeEnd } from './one-close-releases-a-pipe-end.ts'
import { oneThreadSExitEndsTheProcess } from './one-thread-s-exit-ends-the-process.ts'
import { onlyExecReleasesTheVforkParent } from './only-exec-releases-the-vfork-parent.ts'
import { orphansContinueBeforeHangup } from './orphans-continue-before-hangup.ts'
import { orphansJoinTheirReapersGroup } from './orphans-join-their-reapers-group.ts'
import { orphansOnlyContinue } from './orphans-only-continue.ts'
import { ownGroupNotLookedAt } from './own-group-not-looked-at.ts'
import { parentDeathSignalIsInherited } from './parent-death-signal-is-inherited.ts'
import { pendingSignalsAreInherited } from './pending-signals-are-inherited.ts'
import { posixLockSurvivesARacingClose } from './posix-lock-survives-a-racing-close.ts'
import { posixLocksInheritedByFork } from './posix-locks-inherited-by-fork.ts'
import { posixLocksKeptAtExit } from './posix-locks-kept-at-exit.ts'
import { posixLocksKeptByASecondDescriptor } from './posix-locks-kept-by-a-second-descriptor.ts'
import { posixLocksKeptWhenAReaderCloses } from './posix-locks-kept-when-a-reader-closes.ts'
import { posixLocksOfChildrenReleased } from './posix-locks-of-children-released.ts'
import { posixQueueDestroyedAtItsLastClose } from './posix-queue-destroyed-at-its-last-close.ts'
import { prioritiesAreIgnored } from './priorities-are-ignored.ts'
import { privateDataWrittenBackAtExit } from './private-data-written-back-at-exit.ts'
import { privateStoresGoToTheFile } from './private-stores-go-to-the-file.ts'
import { promisedDescriptorsAreGivenAway } from './promised-descriptors-are-given-away.ts'
import { readLocksConflict } from './read-locks-conflict.ts'
import { receiversServedOutOfOrder } from './receivers-served-out-of-order.ts'
import { recordLocksAreNotMerged } from './record-locks-are-not-merged.ts'
import { registrationKeptAtExit } from './registration-kept-at-exit.ts'
import { registrationKeptByASecondDescriptor } from './registration-kept-by-a-second-descriptor.ts'
import { releasesRunInOrderOfClosing } from './releases-run-in-order-of-closing.ts'
import { removalLeavesReceiversAsleep } from './removal-leaves-receivers-asleep.ts'
import { rmidDestroysAttachedSegments } from './rmid-destroys-attached-segments.ts'
import { rmidKeepsTheKey } from './rmid-keeps-the-key.ts'
import { rmidKeepsUndoEntries } from './rmid-keeps-undo-entries.ts'
import { rmidLeavesReceiversAsleep } from './rmid-leaves-receivers-asleep.ts'
import { rmidLeavesSemopsAsleep } from './rmid-leaves-semops-asleep.ts'
import { runningOrphansSignalled } from './running-orphans-signalled.ts'
import { saNocldwaitLeavesZombies } from './sa-nocldwait-leaves-zombies.ts'
import { semadjWithoutRange } from './semadj-without-range.ts'
import { semopAppliedInPart } from './semop-applied-in-part.ts'
import { semopsServedOutOfOrder } from './semops-served-out-of-order.ts'
import { setpgidAfterExecve } from './setpgid-after-execve.ts'
import { setpgidMovesASessionLeader } from './setpgid-moves-a-session-leader.ts'
import { setsidKeepsTheTerminal } from './setsid-keeps-the-terminal.ts'
import { setvalKeepsSemadj } from './setval-keeps-semadj.ts'
import { sharedDataDiscardedAtExit } from './shared-data-discarded-at-exit.ts'
import { sharedHandlersAreCopied } from './shared-handlers-are-copied.ts'
import { sharedMemoryGoesWithItsMaker } from './shared-memory-goes-with-its-maker.ts'
import { sigcontLeavesPendingStops } from './sigcont-leaves-pending-stops.ts'
import { sigkillCanBeBlocked } from './sigkill-can-be-blocked.ts'
import { sigkillHarmsInit } from './sigkill-harms-init.ts'
import { sigpipeGoesToTheProcess } from './sigpipe-goes-to-the-process.ts'
import { sigpipeNotSent } from './sigpipe-not-sent.ts'
import { splitKeepsItsLength } from './split-keeps-its-length.ts'
import { splittingLosesTheRightPart } from './splitting-loses-the-right-part.ts'
import { standardSignalsAreQueued } from './standard-signals-are-queued.ts'
import { stealingLeavesTheRobbedTheirTerminal } from './stealing-leaves-the-robbed-their-terminal.ts'
import { subreapersArePassedBy } from './subreapers-are-passed-by.ts'
import { taskWorkIsLeftUndone } from './task-work-is-left-undone.ts'
import { theBackgroundMayRead } from './the-background-may-read.ts'
import { theDyingCountAsLinks } from './the-dying-count-as-links.ts'
import { theDyingMeanToRestart } from './the-dying-mean-to-restart.ts'
import { theKilledKeepTheirRequest } from './the-killed-keep-their-request.ts'
import { theLastCloseOfASlaveIsNotCounted } from './the-last-close-of-a-slave-is-not-counted.ts'
import { theLastDescriptorLeaksAtExit } from './the-last-descriptor-leaks-at-exit.ts'
import { theLimitOfQueuedSignalsIsForgotten } from './the-limit-of-queued-signals-is-forgotten.ts'
import { theMainThreadSValueIsTheStatus } from './the-main-thread-s-value-is-the-status.ts'
import { theReapedStayInTheirGroup } from './the-reaped-stay-in-their-group.ts'
import { theReleasingStillCountAReference } from './the-releasing-still-count-a-reference.ts'
import { theSecondDeathWins } from './the-second-death-wins.ts'
import { threadsDoNotAdopt } from './threads-do-not-adopt.ts'
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
import { unsharingCloseRangeCopiesTooLittle } from './unsharing-close-range-copies-too-little.ts'
import { upToTakesTheFirst } from './up-to-takes-the-first.ts'
import { vforkParentReleasedByTheZombie } from './vfork-parent-released-by-the-zombie.ts'
import { vforkParentReleasedTooEarly } from './vfork-parent-released-too-early.ts'
import { wait4ReturnsARunningChild } from './wait4-returns-a-running-child.ts'
import { writeLockOnAReader } from './write-lock-on-a-reader.ts'
import { zombiesCountAsLinks } from './zombies-count-as-links.ts'
import { conflictingFlocksAreBothGranted } from './conflicting-flocks-are-both-granted.ts'
import { ofdLocksOutliveTheirDescription } from './ofd-locks-outlive-their-description.ts'
import { reapedProcessStaysInItsSession } from './reaped-process-stays-in-its-session.ts'
import { sharedAddressSpaceCountsNoNewUser } from './shared-address-space-counts-no-new-user.ts'
import { sharedTableCountsNoNewUser } from './shared-table-counts-no-new-user.ts'
import { sharedUndoListCountsNoNewUser } from './shared-undo-list-counts-no-new-user.ts'
import { unreadDataResetsNobody } from './unread-data-resets-nobody.ts'
import { aDeadPeerGoesUnnoticed } from './a-dead-peer-goes-unnoticed.ts'
import { receivedRightsAreDropped } from './received-rights-are-dropped.ts'
import { rightsOutliveTheirSocket } from './rights-outlive-their-socket.ts'
import { theEndComesBeforeQueuedData } from './the-end-comes-before-queued-data.ts'

/** Every deliberate mistake. */
export const faults: readonly Fault[] = [
  aDeadWaiterStaysQueued,
  adoptedChildrenComeFirst,
  adoptedZombiesAreNotAnnounced,
  aFailedOpenKeepsItsNumber,
  aFifoKeepsItsData,
  aFifoOpenMissesAShortVisit,
  aGroupGoesWithItsLastLivingMember,
  aGroupLeaderMayCallSetsid,
  aHandlerKeepsItsMask,
  aKilledFifoOpenerStillCounts,
  aLinkMayCrossSessions,
  allChildrenMoveBeforeOrphansAreLookedFor,
  anUnlinkedFileIsNeverFreed,
  aReleasedWriterStillCounts,
  aStopTakesOneThreadOnly,
  aZombieBeforeItsFilesAreClosed,
  aZombieIsReapedTwice,
  backgroundAccessStopsTheCallerAlone,
  blockedSignalsAreDelivered,
  childrenKeepTheirDeadParent,
  childrensGroupsNotLookedAt,
  deadlockNotDetected,
  deadlockReportedForOfdLocks,
  descriptorsKeptAtExit,
  dup2KeepsCloseOnExec,
  dupTakesNoReference,
  endOfFileBesideAWriter,
  equalPrioritiesComeLastInFirstOut,
  execAppliesSemadj,
  execDropsPosixLocks,
  execForgetsWhatIsIgnored,
  execKeepsCloseOnExecDescriptors,
  execKeepsHandlers,
  execSparesTheOtherThreads,
  exitDoesNotUnmap,
  exitEmptiesMessageQueues,
  exitForgetsWhatWasMapped,
  exitKeepsAttaches,
  exitRemovesMessageQueues,
  exitSemSkipped,
  flockOutlivesItsDescription,
  flockReleasedWithItsLocker,
  flockUpgradeKeepsTheOldLock,
  forkCopiesOpenDescriptions,
  freedDescriptorsAreNotReused,
  futureLocksInheritedByFork,
  groupExitSparesAThread,
  hangupIsForgotten,
  hangupLeavesTheSessionItsTerminal,
  hangupSignalsTheForeground,
  ignoringSigchldLeavesZombies,
  killedSemopsStayQueued,
  killedSenderLeavesItsMessage,
  leaderExitContinues,
  leaderExitKeepsTheTerminal,
  leaderExitSignalsTheSession,
  lockWaiterNotWokenAtDeath,
  mappingHoldsNoDescription,
  markedSegmentsStay,
  memoryLocksCount,
  memoryLocksInheritedByFork,
  mergingForgetsTheOlderLock,
  messageNotHandedOver,
  messagesOverfillTheirQueue,
  namedSemaphorePostedAtDeath,
  namedSemaphoreUnlinkedAtItsLastClose,
  nattchCountsProcesses,
  nattchNotRaisedByFork,
  noParentDeathSignal,
  noSigchldAtDeath,
  notificationFiresAgainAndAgain,
  notificationFiresThoughAReceiverWaits,
  nottyTakesTheTerminalFromAll,
  oCloexecIgnored,
  ofdLocksGoWithAnyDescriptor,
  ofdLockTreatedAsPosix,
  oneCloseReleasesAPipeEnd,
  oneThreadSExitEndsTheProcess,
  orphansContinueBeforeHangup,
  orphansJoinTheirReapersGroup,
  orphansOnlyContinue,
  ownGroupNotLookedAt,
  parentDeathSignalIsInherited,
  pendingSignalsAreInherited,
  posixLocksInheritedByFork,
  posixLocksKeptAtExit,
  posixLocksKeptByASecondDescriptor,
  posixLocksKeptWhenAReaderCloses,
  posixLocksOfChildrenReleased,
  posixLockSurvivesARacingClose,
  posixQueueDestroyedAtItsLastClose,
  prioritiesAreIgnored,
  privateDataWrittenBackAtExit,
  privateStoresGoToTheFile,
  readLocksConflict,
  receiversServedOutOfOrder,
  recordLocksAreNotMerged,
  registrationKeptAtExit,
  registrationKeptByASecondDescriptor,
  releasesRunInOrderOfClosing,
  rmidDestroysAttachedSegments,
  rmidKeepsTheKey,
  rmidKeepsUndoEntries,
  rmidLeavesReceiversAsleep,
  rmidLeavesSemopsAsleep,
  runningOrphansSignalled,
  saNocldwaitLeavesZombies,
  semadjWithoutRange,
  semopAppliedInPart,
  semopsServedOutOfOrder,
  setpgidAfterExecve,
  setsidKeepsTheTerminal,
  setvalKeepsSemadj,
  sharedDataDiscardedAtExit,
  sharedMemoryGoesWithItsMaker,
  sigcontLeavesPendingStops,
  sigkillCanBeBlocked,
  sigkillHarmsInit,
  sigpipeGoesToTheProcess,
  sigpipeNotSent,
  splitKeepsItsLength,
  splittingLosesTheRightPart,
  standardSignalsAreQueued,
  stealingLeavesTheRobbedTheirTerminal,
  subreapersArePassedBy,
  taskWorkIsLeftUndone,
  theBackgroundMayRead,
  theDyingCountAsLinks,
  theLastDescriptorLeaksAtExit,
  theLimitOfQueuedSignalsIsForgotten,
  theMainThreadSValueIsTheStatus,
  theReapedStayInTheirGroup,
  theSecondDeathWins,
  threadsDoNotAdopt,
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
  unsharingCloseRangeCopiesTooLittle,
  upToTakesTheFirst,
  vforkParentReleasedByTheZombie,
  vforkParentReleasedTooEarly,
  wait4ReturnsARunningChild,
  writeLockOnAReader,
  zombiesCountAsLinks,
  conflictingFlocksAreBothGranted,
  ofdLocksOutliveTheirDescription,
  reapedProcessStaysInItsSession,
  sharedAddressSpaceCountsNoNewUser,
  sharedHandlersAreCopied,
  sharedTableCountsNoNewUser,
  sharedUndoListCountsNoNewUser,
  unreadDataResetsNobody,
  aDeadPeerGoesUnnoticed,
  receivedRightsAreDropped,
  rightsOutliveTheirSocket,
  theEndComesBeforeQueuedData,
  aChildIsNotEnteredInItsSession,
  aCopiedTableForgetsItsGaps,
  aDeadMainThreadMakesAZombie,
  theLastThreadDiesTwice,
  aFullPipeTakesOneMore,
  aNamelessQueueIsNotDestroyed,
  aNewThreadIsNotCountedAsLiving,
  aSleeperIsPassedOver,
  aStopLeavesAPendingSigcont,
  aStopLeavesItsSignalAsTheStatus,
  aStopPassesByWhoSleeps,
  anOpenForBothWakesNobody,
  onlyExecReleasesTheVforkParent,
  promisedDescriptorsAreGivenAway,
  removalLeavesReceiversAsleep,
  setpgidMovesASessionLeader,
  theDyingMeanToRestart,
  theKilledKeepTheirRequest,
  theLastCloseOfASlaveIsNotCounted,
  theReleasingStillCountAReference,
]
