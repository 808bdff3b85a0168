import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { posixQueuesEndWithTheirLastDescription } from '../invariants/posix-queues-end-with-their-last-description.ts'

export const aNamelessQueueIsNotDestroyed: Fault = {
  name: 'a POSIX queue without a name stays after its last close',
  source: 'mq_unlink(3); ipc/mqueue.c mqueue_evict_inode()',
  breaks: [posixQueuesEndWithTheirLastDescription.name],
  apply: patchFunctions((fn) => ({
    mqueueRelease(kernel, description) {
      const { object: queue, users } = kernel.inodes.at(description.inode)
      if (users > 1 || !kernel.queues.at(queue).state.startsWith('live.unlinked')) fn.mqueueRelease(kernel, description)
    },
  })),
}
