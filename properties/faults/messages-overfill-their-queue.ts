import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { messagesFitTheirQueue } from '../invariants/messages-fit-their-queue.ts'

export const messagesOverfillTheirQueue: Fault = {
  name: 'msgsnd counts the bytes before the message, not with it',
  source: 'msgsnd(2); ipc/msg.c msg_fits_inqueue()',
  breaks: [messagesFitTheirQueue.name],
  apply: patchFunctions(({ messageFits }) => ({ messageFits: (queue) => messageFits(queue, 0) })),
}
