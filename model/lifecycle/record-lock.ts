import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type RecordLockEvent = 'GRANT' | 'BLOCK' | 'REFUSE' | 'CANCEL' | 'REPLACE' | 'MERGE' | 'UNLOCK' | 'CLOSE'

/**
 * One request for a lock on a file, and the lock it may become: POSIX record lock, OFD lock or flock.
 *
 * BLOCK from `waiting` is a waiter that was woken, retried and met another holder; it may also be refused then, as
 * deadlock is looked for at each try. CANCEL is a signal, fatal or not: a cancelled request leaves nothing behind.
 * REPLACE is a later request of the same owner which changes the range or type of this lock or splits it, MERGE one
 * that absorbs it. A flock is not replaced: changing its type is UNLOCK and a new request, and between the two anybody
 * may come in.
 * CLOSE is the owner's way of losing the lock without asking: for a POSIX record lock any descriptor of the inode leaves
 * the owner's table, for an OFD lock or flock the open file description is released. A POSIX lock whose descriptor was
 * closed during the wait is granted and lost at once, so `waiting` has no CLOSE.
 * Source: fcntl(2), flock(2); fs/locks.c posix_lock_inode(), flock_lock_inode(), locks_remove_posix(), locks_remove_file().
 */
const recordLock = setup({ types: typed<RecordLockEvent>() }).createMachine({
  id: 'record-lock',
  initial: 'requested',
  states: {
    requested: { on: { GRANT: 'held', BLOCK: 'waiting', REFUSE: 'refused', CANCEL: 'cancelled' } },
    waiting: { on: { GRANT: 'held', BLOCK: 'waiting', REFUSE: 'refused', CANCEL: 'cancelled' } },
    held: { on: { REPLACE: 'held', MERGE: 'released', UNLOCK: 'released', CLOSE: 'released' } },
    refused: { type: 'final' },
    cancelled: { type: 'final' },
    released: { type: 'final' },
  },
})

export const recordLockChart = compile(recordLock)
export type RecordLockState = StateOf<typeof recordLockChart>
