import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { theDyingWaitForNoLock } from '../invariants/the-dying-wait-for-no-lock.ts'

export const theKilledKeepTheirRequest: Fault = {
  name: 'a thread that is killed while it waits for a lock takes its request along',
  source: 'fcntl(2); fs/locks.c fcntl_setlk(), locks_delete_block()',
  breaks: [theDyingWaitForNoLock.name],
  apply: patchFunctions((fn) => ({
    beginExit(kernel, tid) {
      const { lockCall } = kernel.threads.at(tid)
      fn.beginExit(kernel, tid)
      if (lockCall !== null) kernel.threads.edit(tid).lockCall = lockCall
    },
  })),
}
