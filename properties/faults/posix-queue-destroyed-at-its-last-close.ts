import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { namedQueuesEndByMqUnlink } from '../invariants/named-queues-end-by-mq-unlink.ts'

export const posixQueueDestroyedAtItsLastClose: Fault = {
  name: 'the last close of a POSIX queue destroys it although it has a name',
  source: 'mq_overview(7): POSIX message queues have kernel persistence',
  breaks: [namedQueuesEndByMqUnlink.name],
  apply: patchFunctions((fn) => ({
    mqueueRelease(kernel, description) {
      const { object: queue, users } = kernel.inodes.at(description.inode)
      fn.mqueueRelease(kernel, description)
      if (users === 1 && kernel.queues.has(queue)) fn.mqueueUnlink(kernel, queue)
    },
  })),
}
