import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { referencesHaveHolders } from '../invariants/references-have-holders.ts'
import { theDeadHoldNoDescriptor } from '../invariants/the-dead-hold-no-descriptor.ts'

export const aKilledFifoOpenerStillCounts: Fault = {
  name: 'a process that is killed while it opens a FIFO stays counted as a reader or writer',
  source: 'fifo(7); fs/pipe.c fifo_open() err_rd, err_wr',
  breaks: [referencesHaveHolders.name, theDeadHoldNoDescriptor.name],
  apply: patchFunctions(() => ({
    abandonCall(kernel, tid) {
      kernel.threads.edit(tid).unfinished = null
    },
  })),
}
