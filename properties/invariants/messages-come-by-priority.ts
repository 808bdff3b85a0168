import { always, sometimes } from '../invariant.ts'

export const messagesComeByPriority = always({
  name: 'no message of a POSIX queue stands before one of higher priority',
  source: 'mq_overview(7); ipc/mqueue.c msg_insert()',
  of: 'queues',
  offends: (_kernel, { messages }) =>
    messages.some(({ priority }, place) => place > 0 && messages[place - 1]!.priority < priority),
  sometimes: sometimes({
    name: 'a POSIX queue holds messages of different priorities',
    of: 'queues',
    seen: (_kernel, { messages }) => messages.some(({ priority }) => priority !== messages[0]!.priority),
  }),
})
