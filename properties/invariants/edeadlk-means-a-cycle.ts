import { eachStep, named } from '../invariant.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { RecordLock } from '../../model/state/open-files.ts'
import { awaitedBy, isOwn, locksInTheWay, lockStepOf, type LockStep } from '../lock-view.ts'

export const edeadlkMeansACycle = eachStep({
  name: 'EDEADLK is for a POSIX request whose holders wait, through others, for its owner',
  source: 'fcntl(2) EDEADLK; fs/locks.c posix_locks_deadlock()',
  on: ['effect'],
  effectsOf: named('fcntl'),
  before: lockStepOf,
  after(kernel, _event, step) {
    if (kernel.threads.at(step.tid).result !== 'EDEADLK') return undefined
    if (step.form !== 'F_SETLKW') return `EDEADLK from ${step.form}`
    return locksInTheWay(step).some((lock) => waitsFor(kernel, lock, step, 0)) ? undefined : 'no cycle'
  },
})

function waitsFor(kernel: Kernel, holder: RecordLock, step: LockStep, depth: number): boolean {
  return awaitedBy(kernel, holder).some(
    (lock) => isOwn(step, lock) || (depth < 11 && waitsFor(kernel, lock, step, depth + 1)),
  )
}
