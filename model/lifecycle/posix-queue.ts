import { not, setup, stateIn } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type PosixQueueEvent = 'OPEN' | 'CLOSE' | 'LAST_CLOSE' | 'UNLINK' | 'NOTIFY' | 'FIRE' | 'CANCEL'

/**
 * A POSIX message queue, and beside it the one registration for notification it can have.
 *
 * mq_open creates it open; OPEN and CLOSE count open file descriptions, whoever holds them, so LAST_CLOSE is the release
 * of the last one. Without a name and without an open file description the queue is destroyed, registration included.
 *
 * NOTIFY is mq_notify(2), FIRE the message that arrives at an empty queue, CANCEL a null mq_notify or the registered
 * process closing any descriptor of the queue. All three need the queue open. LAST_CLOSE alone does not unregister:
 * a process that shared its descriptor table (CLONE_FILES) can exit without closing anything, and its registration
 * then outlives it and even the last close by the other.
 * Source: mq_overview(7), mq_notify(3), mq_unlink(3); ipc/mqueue.c mqueue_flush_file(), __do_notify(), mqueue_evict_inode().
 */
const posixQueue = setup({
  types: typed<PosixQueueEvent>(),
  guards: { isOpen: not(stateIn({ live: { descriptions: { linked: 'closed' } } })) },
}).createMachine({
  id: 'posix-queue',
  initial: 'live',
  states: {
    live: {
      type: 'parallel',
      states: {
        descriptions: {
          initial: 'linked',
          states: {
            linked: {
              initial: 'open',
              states: {
                open: {
                  on: {
                    OPEN: 'open',
                    CLOSE: 'open',
                    LAST_CLOSE: 'closed',
                    UNLINK: '#posix-queue.live.descriptions.unlinked',
                  },
                },
                closed: { on: { OPEN: 'open', UNLINK: '#posix-queue.destroyed' } },
              },
            },
            unlinked: { on: { OPEN: 'unlinked', CLOSE: 'unlinked', LAST_CLOSE: '#posix-queue.destroyed' } },
          },
        },
        notification: {
          initial: 'unregistered',
          states: {
            unregistered: { on: { NOTIFY: { target: 'registered', guard: 'isOpen' } } },
            registered: {
              on: {
                FIRE: { target: 'unregistered', guard: 'isOpen' },
                CANCEL: { target: 'unregistered', guard: 'isOpen' },
              },
            },
          },
        },
      },
    },
    destroyed: { type: 'final' },
  },
})

export const posixQueueChart = compile(posixQueue, ['descriptions', 'notification'])
export type PosixQueueState = StateOf<typeof posixQueueChart>
