import { bytesIn } from '../../model/functions/messages.ts'
import { eachStep, named } from '../invariant.ts'

interface Sending {
  readonly queue: number
  readonly held: number
}

export const messagesFitTheirQueue = eachStep<Sending>({
  name: 'a message joins a queue only if the queue then holds no more than msg_qbytes bytes and messages',
  source: 'msgsnd(2); ipc/msg.c msg_fits_inqueue()',
  on: ['effect'],
  effectsOf: named('msgsnd'),
  before(kernel, event) {
    const queue = kernel.threads.at(event.tid).call!.args.id as number
    return { queue, held: kernel.msgs.get(queue)?.messages.length ?? 0 }
  },
  after(kernel, _event, { queue, held }) {
    const row = kernel.msgs.get(queue)
    if (row === undefined || row.messages.length <= held) return undefined
    const bytes = bytesIn(row)
    return bytes > row.capacity || row.messages.length > row.capacity
      ? `message queue ${queue} holds ${bytes} bytes in ${row.messages.length} messages, of ${row.capacity}`
      : undefined
  },
})
