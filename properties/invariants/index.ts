import type { Invariant, StepProperty } from '../invariant.ts'
import { aChildSharesOpenDescriptions } from './a-child-shares-open-descriptions.ts'
import { aControllingTerminalHasALeader } from './a-controlling-terminal-has-a-leader.ts'
import { aDeadLeaderLeavesNoTerminal } from './a-dead-leader-leaves-no-terminal.ts'
import { aDeathMovesNobody } from './a-death-moves-nobody.ts'
import { aGroupLiesWithinOneSession } from './a-group-lies-within-one-session.ts'
import { aHungUpTerminalControlsNobody } from './a-hung-up-terminal-controls-nobody.ts'
import { aLockCallChangesItsRangeOnly } from './a-lock-call-changes-its-range-only.ts'
import { aLockIsRefusedForAConflictOnly } from './a-lock-is-refused-for-a-conflict-only.ts'
import { aLockNeedsItsAccessMode } from './a-lock-needs-its-access-mode.ts'
import { aNewlyOrphanedGroupGoesOn } from './a-newly-orphaned-group-goes-on.ts'
import { aRefusedFlockIsLost } from './a-refused-flock-is-lost.ts'
import { aSessionLeaderLeadsAGroup } from './a-session-leader-leads-a-group.ts'
import { aStoppedProcessRunsNoCall } from './a-stopped-process-runs-no-call.ts'
import { aTerminalThatChangesHandsIsLostToAll } from './a-terminal-that-changes-hands-is-lost-to-all.ts'
import { callsTakeTheLowestDescriptor } from './calls-take-the-lowest-descriptor.ts'
import { closingLeavesTheLocksOfOthers } from './closing-leaves-the-locks-of-others.ts'
import { conflictingFlocksNeverMeet } from './conflicting-flocks-never-meet.ts'
import { conflictingRecordLocksNeverOverlap } from './conflicting-record-locks-never-overlap.ts'
import { descriptorsReferToOpenDescriptions } from './descriptors-refer-to-open-descriptions.ts'
import { duplicatesAreNotClosedOnExec } from './duplicates-are-not-closed-on-exec.ts'
import { edeadlkMeansACycle } from './edeadlk-means-a-cycle.ts'
import { endOfFileMeansNoWriter } from './end-of-file-means-no-writer.ts'
import { epipeComesWithSigpipe } from './epipe-comes-with-sigpipe.ts'
import { equalSemopsAreServedInOrder } from './equal-semops-are-served-in-order.ts'
import { execKeepsPosixLocks } from './exec-keeps-posix-locks.ts'
import { execKeepsSemadj } from './exec-keeps-semadj.ts'
import { exitAddsItsSemadj } from './exit-adds-its-semadj.ts'
import { exitLeavesMessageQueues } from './exit-leaves-message-queues.ts'
import { flocksEndWithTheirDescription } from './flocks-end-with-their-description.ts'
import { forkInheritsNoSemadj } from './fork-inherits-no-semadj.ts'
import { inodesAreFreedWhenUnused } from './inodes-are-freed-when-unused.ts'
import { ipcObjectsSurviveExit } from './ipc-objects-survive-exit.ts'
import { ipcSleepersAreAwaited } from './ipc-sleepers-are-awaited.ts'
import { lockWaitersWaitForAHolder } from './lock-waiters-wait-for-a-holder.ts'
import { mappedSegmentsExist } from './mapped-segments-exist.ts'
import { markedSegmentsAreAttached } from './marked-segments-are-attached.ts'
import { markedSegmentsHaveNoKey } from './marked-segments-have-no-key.ts'
import { membersAgreeWithTheirGroup } from './members-agree-with-their-group.ts'
import { membersAgreeWithTheirSession } from './members-agree-with-their-session.ts'
import { messagesFitTheirQueue } from './messages-fit-their-queue.ts'
import { nattchCountsAttaches } from './nattch-counts-attaches.ts'
import { noDescriptorOutlivesItsExec } from './no-descriptor-outlives-its-exec.ts'
import { noFifoOpenWaitsForWhatIsThere } from './no-fifo-open-waits-for-what-is-there.ts'
import { noShortCycleOfLockWaiters } from './no-short-cycle-of-lock-waiters.ts'
import { noSleepOnAPipeWithoutTheOtherSide } from './no-sleep-on-a-pipe-without-the-other-side.ts'
import { nobodyOutsideTheSessionHasItsTerminal } from './nobody-outside-the-session-has-its-terminal.ts'
import { ofdLocksEndWithTheirDescription } from './ofd-locks-end-with-their-description.ts'
import { onlySessionLeadersRememberAHangup } from './only-session-leaders-remember-a-hangup.ts'
import { opensHonourCloexec } from './opens-honour-cloexec.ts'
import { pipeEndsAreCounted } from './pipe-ends-are-counted.ts'
import { pipeEndsFollowTheirCounts } from './pipe-ends-follow-their-counts.ts'
import { pipeSlotsArePages } from './pipe-slots-are-pages.ts'
import { posixLocksEndWithTheirTable } from './posix-locks-end-with-their-table.ts'
import { posixLocksHaveADescriptor } from './posix-locks-have-a-descriptor.ts'
import { processesAreInTheirGroup } from './processes-are-in-their-group.ts'
import { processesAreInTheirSession } from './processes-are-in-their-session.ts'
import { promisedDescriptorsAreFree } from './promised-descriptors-are-free.ts'
import { receiversFindNoMessage } from './receivers-find-no-message.ts'
import { recordLocksOfAnOwnerAreMerged } from './record-locks-of-an-owner-are-merged.ts'
import { referencesDecideOverADescription } from './references-decide-over-a-description.ts'
import { referencesHaveHolders } from './references-have-holders.ts'
import { semadjsAreInRange } from './semadjs-are-in-range.ts'
import { semaphoreSleepersAreAlive } from './semaphore-sleepers-are-alive.ts'
import { semopDoesAllOrNothing } from './semop-does-all-or-nothing.ts'
import { semvalsAreInRange } from './semvals-are-in-range.ts'
import { setvalClearsSemadj } from './setval-clears-semadj.ts'
import { sighupComesBeforeSigcont } from './sighup-comes-before-sigcont.ts'
import { sleepersCannotProceed } from './sleepers-cannot-proceed.ts'
import { terminalsCountTheirDescriptions } from './terminals-count-their-descriptions.ts'
import { theDeadHoldNoDescriptor } from './the-dead-hold-no-descriptor.ts'
import { theDyingDetachBeforeTheyUndo } from './the-dying-detach-before-they-undo.ts'
import { theDyingWaitForNoLock } from './the-dying-wait-for-no-lock.ts'
import { theFirstFreeDescriptorIsFree } from './the-first-free-descriptor-is-free.ts'
import { undoEntriesFitTheirSets } from './undo-entries-fit-their-sets.ts'
import { undoListsCountTheirThreads } from './undo-lists-count-their-threads.ts'
import { usersOfATableAreThreads } from './users-of-a-table-are-threads.ts'
import { zombiesHoldNoSemadj } from './zombies-hold-no-semadj.ts'

/** Every invariant that is checked. */
export const invariants: readonly Invariant[] = [
  aControllingTerminalHasALeader,
  aDeadLeaderLeavesNoTerminal,
  aGroupLiesWithinOneSession,
  aHungUpTerminalControlsNobody,
  aSessionLeaderLeadsAGroup,
  aTerminalThatChangesHandsIsLostToAll,
  conflictingFlocksNeverMeet,
  conflictingRecordLocksNeverOverlap,
  descriptorsReferToOpenDescriptions,
  flocksEndWithTheirDescription,
  inodesAreFreedWhenUnused,
  ipcSleepersAreAwaited,
  lockWaitersWaitForAHolder,
  mappedSegmentsExist,
  markedSegmentsAreAttached,
  markedSegmentsHaveNoKey,
  membersAgreeWithTheirGroup,
  membersAgreeWithTheirSession,
  nattchCountsAttaches,
  nobodyOutsideTheSessionHasItsTerminal,
  noDescriptorOutlivesItsExec,
  noFifoOpenWaitsForWhatIsThere,
  noSleepOnAPipeWithoutTheOtherSide,
  ofdLocksEndWithTheirDescription,
  onlySessionLeadersRememberAHangup,
  pipeEndsAreCounted,
  pipeEndsFollowTheirCounts,
  pipeSlotsArePages,
  posixLocksEndWithTheirTable,
  posixLocksHaveADescriptor,
  processesAreInTheirGroup,
  processesAreInTheirSession,
  promisedDescriptorsAreFree,
  receiversFindNoMessage,
  recordLocksOfAnOwnerAreMerged,
  referencesDecideOverADescription,
  referencesHaveHolders,
  semadjsAreInRange,
  semaphoreSleepersAreAlive,
  semvalsAreInRange,
  sleepersCannotProceed,
  terminalsCountTheirDescriptions,
  theDeadHoldNoDescriptor,
  theDyingDetachBeforeTheyUndo,
  theDyingWaitForNoLock,
  theFirstFreeDescriptorIsFree,
  undoEntriesFitTheirSets,
  undoListsCountTheirThreads,
  usersOfATableAreThreads,
  zombiesHoldNoSemadj,
]

/** Every property of a single step. */
export const stepProperties: readonly StepProperty[] = [
  aChildSharesOpenDescriptions,
  aDeathMovesNobody,
  aLockCallChangesItsRangeOnly,
  aLockIsRefusedForAConflictOnly,
  aLockNeedsItsAccessMode,
  aNewlyOrphanedGroupGoesOn,
  aRefusedFlockIsLost,
  aStoppedProcessRunsNoCall,
  callsTakeTheLowestDescriptor,
  closingLeavesTheLocksOfOthers,
  duplicatesAreNotClosedOnExec,
  edeadlkMeansACycle,
  endOfFileMeansNoWriter,
  epipeComesWithSigpipe,
  equalSemopsAreServedInOrder,
  execKeepsPosixLocks,
  execKeepsSemadj,
  exitAddsItsSemadj,
  exitLeavesMessageQueues,
  forkInheritsNoSemadj,
  ipcObjectsSurviveExit,
  messagesFitTheirQueue,
  noShortCycleOfLockWaiters,
  opensHonourCloexec,
  semopDoesAllOrNothing,
  setvalClearsSemadj,
  sighupComesBeforeSigcont,
]
