import { eachStep, named } from '../invariant.ts'
import { locksInTheWay, lockStepOf } from '../lock-view.ts'

export const aLockIsRefusedForAConflictOnly = eachStep({
  name: 'a record lock is refused or waited for only where a lock of another stands in its way',
  source: 'fcntl(2) "F_SETLK" EAGAIN; fs/locks.c posix_locks_conflict()',
  on: ['effect'],
  effectsOf: named('fcntl'),
  before: lockStepOf,
  after(kernel, _event, step) {
    const { result, state, lockCall } = kernel.threads.at(step.tid)
    const isFree = step.type === 'F_UNLCK' || locksInTheWay(step).length === 0
    const isRefused = state === 'returning' ? result === 'EAGAIN' || result === 'EDEADLK' : lockCall?.behind != null
    if (isRefused && isFree) return 'no lock stood in its way'
    return undefined
  },
})
