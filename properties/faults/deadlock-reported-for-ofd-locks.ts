import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { edeadlkMeansACycle } from '../invariants/edeadlk-means-a-cycle.ts'

export const deadlockReportedForOfdLocks: Fault = {
  name: 'a request for an OFD lock gets EDEADLK',
  source: 'fcntl(2) "Open file description locks"; fs/locks.c posix_locks_deadlock()',
  breaks: [edeadlkMeansACycle.name],
  apply: patchFunctions((fn) => ({
    posixLocksDeadlock(kernel, request, behind) {
      const waits = kernel.threads
        .rows()
        .some((thread) => thread.lockCall?.behind != null && fn.isSameLockOwner(thread.lockCall.behind, request))
      return request.kind === 'ofd' && waits
        ? { found: true, missed: false }
        : fn.posixLocksDeadlock(kernel, request, behind)
    },
  })),
}
