import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { lockWaitersWaitForAHolder } from '../invariants/lock-waiters-wait-for-a-holder.ts'

export const aDeadWaiterStaysQueued: Fault = {
  name: 'the request of a killed waiter stays in the queue',
  source: 'fs/locks.c locks_delete_block(); CVE-2019-19769',
  breaks: [lockWaitersWaitForAHolder.name],
  apply: patchFunctions((fn) => ({
    locksDeleteBlock(kernel, tid) {
      const { killed, lockCall } = kernel.threads.at(tid)
      if (killed) kernel.touch(kernel.inodes.key(kernel.descriptions.at(lockCall!.description).inode))
      else fn.locksDeleteBlock(kernel, tid)
    },
  })),
}
