import { descriptionOf } from '../../model/functions/files.ts'
import type { Kernel } from '../../model/kernel.ts'
import { eachStep } from '../invariant.ts'

interface Held {
  readonly queue: number
  readonly fd: number
  readonly description: number
}

export const closingAQueueEndsItsRegistration = eachStep({
  name: 'a process that gives up a descriptor of a POSIX queue is no longer registered there',
  source: 'mq_notify(3), mq_close(3); ipc/mqueue.c mqueue_flush_file()',
  on: ['effect', 'exec', 'exit'],
  before(kernel, event) {
    if (kernel.queues.size === 0) return undefined
    const { pid, files } = kernel.threads.at(event.tid)
    const queues = files === 0 ? [] : kernel.queues.ids(({ notify }) => notify?.pid === pid)
    return queues.length === 0
      ? undefined
      : { pid, files, held: queues.flatMap((queue) => heldBy(kernel, files, queue)) }
  },
  after(kernel, _event, { pid, files, held }) {
    const slots = kernel.files.get(files)?.slots ?? []
    const stays = held.find(
      ({ queue, fd, description }) =>
        descriptionOf(slots[fd] ?? 0) !== description && kernel.queues.get(queue)?.notify?.pid === pid,
    )
    return stays && `descriptor ${stays.fd} is gone, the registration of ${pid} is not`
  },
})

function heldBy(kernel: Kernel, files: number, queue: number): Held[] {
  return kernel.files.at(files).slots.flatMap((slot, fd) => {
    const description = descriptionOf(slot)
    const row = kernel.descriptions.get(description)
    if (row?.kind !== 'message-queue' || kernel.inodes.at(row.inode).object !== queue) return []
    return [{ queue, fd, description }]
  })
}
