import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type MessageQueueEvent = 'SEND' | 'RECEIVE' | 'RMID'

/**
 * A System V message queue. It and its messages outlive every process until RMID, or the end of the IPC namespace,
 * drops them; sleeping senders and receivers then fail with EIDRM.
 * Source: msgop(2), msgctl(2); ipc/msg.c freeque().
 */
const messageQueue = setup({ types: typed<MessageQueueEvent>() }).createMachine({
  id: 'message-queue',
  initial: 'live',
  states: {
    live: { on: { SEND: 'live', RECEIVE: 'live', RMID: 'removed' } },
    removed: { type: 'final' },
  },
})

export const messageQueueChart = compile(messageQueue)
export type MessageQueueState = StateOf<typeof messageQueueChart>
