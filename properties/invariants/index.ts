import type { Invariant, StepProperty } from '../invariant.ts'
import { aChildSharesOpenDescriptions } from './a-child-shares-open-descriptions.ts'
import { aControllingTerminalHasALeader } from './a-controlling-terminal-has-a-leader.ts'
import { aDeadLeaderLeavesNoTerminal } from './a-dead-leader-leaves-no-terminal.ts'
import { aDeathIsAnnounced } from './a-death-is-announced.ts'
import { aDeathMovesNobody } from './a-death-moves-nobody.ts'
import { aFixedStatusDoomsEveryThread } from './a-fixed-status-dooms-every-thread.ts'
import { aForkChildBeginsAfresh } from './a-fork-child-begins-afresh.ts'
import { aGroupLiesWithinOneSession } from './a-group-lies-within-one-session.ts'
import { aHungUpTerminalControlsNobody } from './a-hung-up-terminal-controls-nobody.ts'
import { aLockCallChangesItsRangeOnly } from './a-lock-call-changes-its-range-only.ts'
import { aLockIsRefusedForAConflictOnly } from './a-lock-is-refused-for-a-conflict-only.ts'
import { aLockNeedsItsAccessMode } from './a-lock-needs-its-access-mode.ts'
import { aNewProgramHasNoHandlersAndNoCloexec } from './a-new-program-has-no-handlers-and-no-cloexec.ts'
import { aNewlyOrphanedGroupGoesOn } from './a-newly-orphaned-group-goes-on.ts'
import { aProcessIsAChildOnce } from './a-process-is-a-child-once.ts'
import { aRefusedFlockIsLost } from './a-refused-flock-is-lost.ts'
import { aRegistrationServesOnce } from './a-registration-serves-once.ts'
import { aSessionLeaderLeadsAGroup } from './a-session-leader-leads-a-group.ts'
import { aStoppedProcessRunsNoCall } from './a-stopped-process-runs-no-call.ts'
import { aTerminalThatChangesHandsIsLostToAll } from './a-terminal-that-changes-hands-is-lost-to-all.ts'
import { aThreadThatLeavesAloneEndsOnlyItself } from './a-thread-that-leaves-alone-ends-only-itself.ts'
import { aVforkParentWaits } from './a-vfork-parent-waits.ts'
import { aZombieIsItsDeadMainThread } from './a-zombie-is-its-dead-main-thread.ts'
import { addressSpacesCountTheirThreads } from './address-spaces-count-their-threads.ts'
import { adoptedChildrenComeLast } from './adopted-children-come-last.ts'
import { anExitStatusIsFixedOnce } from './an-exit-status-is-fixed-once.ts'
import { blockedSignalsWait } from './blocked-signals-wait.ts'
import { callsTakeTheLowestDescriptor } from './calls-take-the-lowest-descriptor.ts'
import { closedFilesHaveNoPosixLocks } from './closed-files-have-no-posix-locks.ts'
import { closingAQueueEndsItsRegistration } from './closing-a-queue-ends-its-registration.ts'
import { closingLeavesTheLocksOfOthers } from './closing-leaves-the-locks-of-others.ts'
import { conflictingFlocksNeverMeet } from './conflicting-flocks-never-meet.ts'
import { conflictingRecordLocksNeverOverlap } from './conflicting-record-locks-never-overlap.ts'
import { deathLeavesNamedSemaphoresAlone } from './death-leaves-named-semaphores-alone.ts'
import { deathWritesToNoMemory } from './death-writes-to-no-memory.ts'
import { descriptorsReferToOpenDescriptions } from './descriptors-refer-to-open-descriptions.ts'
import { duplicatesAreNotClosedOnExec } from './duplicates-are-not-closed-on-exec.ts'
import { edeadlkMeansACycle } from './edeadlk-means-a-cycle.ts'
import { endOfFileMeansNoWriter } from './end-of-file-means-no-writer.ts'
import { epipeComesWithSigpipe } from './epipe-comes-with-sigpipe.ts'
import { equalSleepersAreServedInOrder } from './equal-sleepers-are-served-in-order.ts'
import { execKeepsPosixLocks } from './exec-keeps-posix-locks.ts'
import { execKeepsSemadj } from './exec-keeps-semadj.ts'
import { execKeepsWhatIsIgnored } from './exec-keeps-what-is-ignored.ts'
import { exitAddsItsSemadj } from './exit-adds-its-semadj.ts'
import { exitGoesPhaseByPhase } from './exit-goes-phase-by-phase.ts'
import { exitLeavesMessageQueues } from './exit-leaves-message-queues.ts'
import { flocksEndWithTheirDescription } from './flocks-end-with-their-description.ts'
import { forkInheritsNoSemadj } from './fork-inherits-no-semadj.ts'
import { forkPassesOnNoMemoryLock } from './fork-passes-on-no-memory-lock.ts'
import { initHasNoHarmPending } from './init-has-no-harm-pending.ts'
import { inodesAreFreedWhenUnused } from './inodes-are-freed-when-unused.ts'
import { ipcObjectsSurviveExit } from './ipc-objects-survive-exit.ts'
import { ipcSleepersAreAwaited } from './ipc-sleepers-are-awaited.ts'
import { killAndStopAreNeverBlocked } from './kill-and-stop-are-never-blocked.ts'
import { laterPhasesOfExitFindLess } from './later-phases-of-exit-find-less.ts'
import { lettingGoOfMemoryReleasesTheVforkParent } from './letting-go-of-memory-releases-the-vfork-parent.ts'
import { liveCountsThreadsBeforeExit } from './live-counts-threads-before-exit.ts'
import { lockWaitersWaitForAHolder } from './lock-waiters-wait-for-a-holder.ts'
import { lockedMemoryHasALivingOwner } from './locked-memory-has-a-living-owner.ts'
import { mappedSegmentsExist } from './mapped-segments-exist.ts'
import { mappingsDoNotOverlap } from './mappings-do-not-overlap.ts'
import { markedSegmentsAreAttached } from './marked-segments-are-attached.ts'
import { markedSegmentsHaveNoKey } from './marked-segments-have-no-key.ts'
import { membersAgreeWithTheirGroup } from './members-agree-with-their-group.ts'
import { membersAgreeWithTheirSession } from './members-agree-with-their-session.ts'
import { messagesComeByPriority } from './messages-come-by-priority.ts'
import { messagesFitTheirQueue } from './messages-fit-their-queue.ts'
import { munlockUndoesAllLocks } from './munlock-undoes-all-locks.ts'
import { namedQueuesEndByMqUnlink } from './named-queues-end-by-mq-unlink.ts'
import { namedSemaphoresCountTheirMappings } from './named-semaphores-count-their-mappings.ts'
import { namedSemaphoresKeepTheirName } from './named-semaphores-keep-their-name.ts'
import { nattchCountsAttaches } from './nattch-counts-attaches.ts'
import { noDescriptorOutlivesItsExec } from './no-descriptor-outlives-its-exec.ts'
import { noFifoOpenWaitsForWhatIsThere } from './no-fifo-open-waits-for-what-is-there.ts'
import { noShortCycleOfLockWaiters } from './no-short-cycle-of-lock-waiters.ts'
import { noSleepOnAPipeWithoutTheOtherSide } from './no-sleep-on-a-pipe-without-the-other-side.ts'
import { noStopPendsBesideSigcont } from './no-stop-pends-beside-sigcont.ts'
import { nobodyOutsideTheSessionHasItsTerminal } from './nobody-outside-the-session-has-its-terminal.ts'
import { ofdLocksEndWithTheirDescription } from './ofd-locks-end-with-their-description.ts'
import { onlyDoomedProcessesHaveAStatus } from './only-doomed-processes-have-a-status.ts'
import { onlySessionLeadersRememberAHangup } from './only-session-leaders-remember-a-hangup.ts'
import { opensHonourCloexec } from './opens-honour-cloexec.ts'
import { orphansGoToTheNearestSubreaper } from './orphans-go-to-the-nearest-subreaper.ts'
import { pipeEndsAreCounted } from './pipe-ends-are-counted.ts'
import { pipeEndsFollowTheirCounts } from './pipe-ends-follow-their-counts.ts'
import { pipeSlotsArePages } from './pipe-slots-are-pages.ts'
import { posixLocksEndWithTheirTable } from './posix-locks-end-with-their-table.ts'
import { posixLocksHaveADescriptor } from './posix-locks-have-a-descriptor.ts'
import { posixQueuesEndWithTheirLastDescription } from './posix-queues-end-with-their-last-description.ts'
import { posixQueuesKeepWithinTheirLimits } from './posix-queues-keep-within-their-limits.ts'
import { privateStoresChangeNoFile } from './private-stores-change-no-file.ts'
import { processesAreInTheirGroup } from './processes-are-in-their-group.ts'
import { processesAreInTheirSession } from './processes-are-in-their-session.ts'
import { promisedDescriptorsAreFree } from './promised-descriptors-are-free.ts'
import { promisesAreThoseOfCallsUnderWay } from './promises-are-those-of-calls-under-way.ts'
import { receiversFindNoMessage } from './receivers-find-no-message.ts'
import { recordLocksOfAnOwnerAreMerged } from './record-locks-of-an-owner-are-merged.ts'
import { referencesDecideOverADescription } from './references-decide-over-a-description.ts'
import { referencesHaveHolders } from './references-have-holders.ts'
import { semadjsAreInRange } from './semadjs-are-in-range.ts'
import { semaphoreSleepersAreAlive } from './semaphore-sleepers-are-alive.ts'
import { semopDoesAllOrNothing } from './semop-does-all-or-nothing.ts'
import { semvalsAreInRange } from './semvals-are-in-range.ts'
import { setvalClearsSemadj } from './setval-clears-semadj.ts'
import { sharedHandlersAreTheSame } from './shared-handlers-are-the-same.ts'
import { sharedMemoryEndsWithItsLastMapping } from './shared-memory-ends-with-its-last-mapping.ts'
import { sigcontTakesPendingStopsAway } from './sigcont-takes-pending-stops-away.ts'
import { sighupComesBeforeSigcont } from './sighup-comes-before-sigcont.ts'
import { sleepersCannotProceed } from './sleepers-cannot-proceed.ts'
import { socketsHaveOneDescription } from './sockets-have-one-description.ts'
import { aDeadPeerIsTheEndOfFile } from './a-dead-peer-is-the-end-of-file.ts'
import { standardSignalsPendOnce } from './standard-signals-pend-once.ts'
import { terminalsCountTheirDescriptions } from './terminals-count-their-descriptions.ts'
import { theDeadHaveNoChildren } from './the-dead-have-no-children.ts'
import { theDeadHoldNoDescriptor } from './the-dead-hold-no-descriptor.ts'
import { theDeadHoldNothing } from './the-dead-hold-nothing.ts'
import { theDeathOfAParentIsSignalled } from './the-death-of-a-parent-is-signalled.ts'
import { theDyingAreInNoCall } from './the-dying-are-in-no-call.ts'
import { theDyingWaitForNoLock } from './the-dying-wait-for-no-lock.ts'
import { theFirstFreeDescriptorIsFree } from './the-first-free-descriptor-is-free.ts'
import { theKilledDoNotComeBack } from './the-killed-do-not-come-back.ts'
import { theStoppedStandStill } from './the-stopped-stand-still.ts'
import { theVforkParentIsReleasedByLettingGo } from './the-vfork-parent-is-released-by-letting-go.ts'
import { undoEntriesFitTheirSets } from './undo-entries-fit-their-sets.ts'
import { undoListsCountTheirThreads } from './undo-lists-count-their-threads.ts'
import { unwantedZombiesVanish } from './unwanted-zombies-vanish.ts'
import { usersOfATableAreThreads } from './users-of-a-table-are-threads.ts'
import { waitTellsWhatHappened } from './wait-tells-what-happened.ts'
import { waitingReceiversKeepAMessageQuiet } from './waiting-receivers-keep-a-message-quiet.ts'
import { whatIsMappedIsThere } from './what-is-mapped-is-there.ts'
import { zombiesHoldNoSemadj } from './zombies-hold-no-semadj.ts'

/** Every invariant that is checked. */
export const invariants: readonly Invariant[] = [
  aControllingTerminalHasALeader,
  aDeadLeaderLeavesNoTerminal,
  aFixedStatusDoomsEveryThread,
  aGroupLiesWithinOneSession,
  aHungUpTerminalControlsNobody,
  aProcessIsAChildOnce,
  aSessionLeaderLeadsAGroup,
  aTerminalThatChangesHandsIsLostToAll,
  aVforkParentWaits,
  aZombieIsItsDeadMainThread,
  addressSpacesCountTheirThreads,
  closedFilesHaveNoPosixLocks,
  conflictingFlocksNeverMeet,
  conflictingRecordLocksNeverOverlap,
  descriptorsReferToOpenDescriptions,
  flocksEndWithTheirDescription,
  initHasNoHarmPending,
  inodesAreFreedWhenUnused,
  ipcSleepersAreAwaited,
  killAndStopAreNeverBlocked,
  laterPhasesOfExitFindLess,
  lettingGoOfMemoryReleasesTheVforkParent,
  liveCountsThreadsBeforeExit,
  lockWaitersWaitForAHolder,
  lockedMemoryHasALivingOwner,
  mappedSegmentsExist,
  mappingsDoNotOverlap,
  markedSegmentsAreAttached,
  markedSegmentsHaveNoKey,
  membersAgreeWithTheirGroup,
  membersAgreeWithTheirSession,
  messagesComeByPriority,
  namedSemaphoresCountTheirMappings,
  nattchCountsAttaches,
  noDescriptorOutlivesItsExec,
  noFifoOpenWaitsForWhatIsThere,
  noSleepOnAPipeWithoutTheOtherSide,
  noStopPendsBesideSigcont,
  nobodyOutsideTheSessionHasItsTerminal,
  ofdLocksEndWithTheirDescription,
  onlyDoomedProcessesHaveAStatus,
  onlySessionLeadersRememberAHangup,
  pipeEndsAreCounted,
  pipeEndsFollowTheirCounts,
  pipeSlotsArePages,
  posixLocksEndWithTheirTable,
  posixLocksHaveADescriptor,
  posixQueuesEndWithTheirLastDescription,
  posixQueuesKeepWithinTheirLimits,
  processesAreInTheirGroup,
  processesAreInTheirSession,
  promisedDescriptorsAreFree,
  promisesAreThoseOfCallsUnderWay,
  receiversFindNoMessage,
  recordLocksOfAnOwnerAreMerged,
  referencesDecideOverADescription,
  referencesHaveHolders,
  semadjsAreInRange,
  semaphoreSleepersAreAlive,
  semvalsAreInRange,
  sharedHandlersAreTheSame,
  socketsHaveOneDescription,
  sharedMemoryEndsWithItsLastMapping,
  sleepersCannotProceed,
  standardSignalsPendOnce,
  terminalsCountTheirDescriptions,
  theDeadHaveNoChildren,
  theDeadHoldNoDescriptor,
  theDeadHoldNothing,
  theDyingAreInNoCall,
  theDyingWaitForNoLock,
  theFirstFreeDescriptorIsFree,
  theStoppedStandStill,
  undoEntriesFitTheirSets,
  undoListsCountTheirThreads,
  usersOfATableAreThreads,
  whatIsMappedIsThere,
  zombiesHoldNoSemadj,
]

/** Every property of a single step. */
export const stepProperties: readonly StepProperty[] = [
  aChildSharesOpenDescriptions,
  aDeathIsAnnounced,
  aDeathMovesNobody,
  aForkChildBeginsAfresh,
  aLockCallChangesItsRangeOnly,
  aLockIsRefusedForAConflictOnly,
  aLockNeedsItsAccessMode,
  aNewProgramHasNoHandlersAndNoCloexec,
  aNewlyOrphanedGroupGoesOn,
  aRefusedFlockIsLost,
  aRegistrationServesOnce,
  aStoppedProcessRunsNoCall,
  aThreadThatLeavesAloneEndsOnlyItself,
  adoptedChildrenComeLast,
  anExitStatusIsFixedOnce,
  blockedSignalsWait,
  callsTakeTheLowestDescriptor,
  closingAQueueEndsItsRegistration,
  closingLeavesTheLocksOfOthers,
  deathLeavesNamedSemaphoresAlone,
  deathWritesToNoMemory,
  duplicatesAreNotClosedOnExec,
  edeadlkMeansACycle,
  aDeadPeerIsTheEndOfFile,
  endOfFileMeansNoWriter,
  epipeComesWithSigpipe,
  equalSleepersAreServedInOrder,
  execKeepsPosixLocks,
  execKeepsSemadj,
  execKeepsWhatIsIgnored,
  exitAddsItsSemadj,
  exitGoesPhaseByPhase,
  exitLeavesMessageQueues,
  forkInheritsNoSemadj,
  forkPassesOnNoMemoryLock,
  ipcObjectsSurviveExit,
  messagesFitTheirQueue,
  munlockUndoesAllLocks,
  namedQueuesEndByMqUnlink,
  namedSemaphoresKeepTheirName,
  noShortCycleOfLockWaiters,
  opensHonourCloexec,
  orphansGoToTheNearestSubreaper,
  privateStoresChangeNoFile,
  semopDoesAllOrNothing,
  setvalClearsSemadj,
  sigcontTakesPendingStopsAway,
  sighupComesBeforeSigcont,
  theDeathOfAParentIsSignalled,
  theKilledDoNotComeBack,
  theVforkParentIsReleasedByLettingGo,
  unwantedZombiesVanish,
  waitTellsWhatHappened,
  waitingReceiversKeepAMessageQuiet,
]
