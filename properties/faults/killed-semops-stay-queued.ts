import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { semaphoreSleepersAreAlive } from '../invariants/semaphore-sleepers-are-alive.ts'

export const killedSemopsStayQueued: Fault = {
  name: 'a killed sleeper stays in the queue of its semaphore set',
  source: 'ipc/sem.c unlink_queue()',
  breaks: [semaphoreSleepersAreAlive.name],
  apply: patchFunctions(({ leaveSleepers }) => ({
    leaveSleepers(kernel, tid) {
      const row = kernel.threads.edit(tid)
      if (row.killed && row.sleepsOn?.kind === 'sem') row.sleepsOn = null
      else leaveSleepers(kernel, tid)
    },
  })),
}
