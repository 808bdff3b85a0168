import { always, sometimes } from '../invariant.ts'

export const receiversFindNoMessage = always({
  name: 'no msgrcv sleeps while a message that it wants is in the queue',
  source: 'msgrcv(2); ipc/msg.c pipelined_send()',
  of: 'msgs',
  offends: (kernel, { messages, receivers }) =>
    receivers.some(({ wants }) => messages.some((message) => kernel.fn.isWanted(wants, message))),
  sometimes: sometimes({
    name: 'a receiver sleeps beside messages that it does not want',
    of: 'msgs',
    seen: (_kernel, { messages, receivers }) => messages.length > 0 && receivers.length > 0,
  }),
})
