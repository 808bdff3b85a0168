import { fifo, amidOpen, pipe, fileMapping, sharedTable, lockedTwice, promised } from './file-scenes.ts'
import { session, hangup, orphans, children, theft, lastLink } from './group-scenes.ts'
import {
  undo,
  undoAtItsEnd,
  semaphoreSleepers,
  messages,
  queue,
  segment,
  amidUndo,
  equals,
  types,
  leftQueue,
} from './ipc-scenes.ts'
import { owners, ownersWithThreads, flocks, amidRelease, rowOfOwners, sharedFlock } from './lock-scenes.ts'
import { adoption, adoptedZombie, threads, borrowed, pending, stoppedSleeper } from './process-scenes.ts'
import type { Scene } from './stage.ts'
import { sharedHandlers, sockets } from './socket-scenes.ts'

/** Every scene; one in so many of the programs that have any begins with it. */
export const SCENES: readonly Scene[] = [
  owners,
  rowOfOwners,
  rowOfOwners,
  ownersWithThreads,
  ownersWithThreads,
  flocks,
  sharedFlock,
  fifo,
  amidOpen,
  promised,
  pipe,
  sockets,
  sharedHandlers,
  session,
  session,
  hangup,
  theft,
  adoption,
  adoptedZombie,
  orphans,
  orphans,
  lastLink,
  threads,
  undo,
  undoAtItsEnd,
  semaphoreSleepers,
  equals,
  messages,
  types,
  queue,
  leftQueue,
  fileMapping,
  lockedTwice,
  segment,
  borrowed,
  pending,
  stoppedSleeper,
  sharedTable,
  children,
  amidUndo,
  amidRelease,
]
