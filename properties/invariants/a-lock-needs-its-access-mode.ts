import { eachStep, named } from '../invariant.ts'
import { lockStepOf, typeAt } from '../lock-view.ts'

export const aLockNeedsItsAccessMode = eachStep({
  name: 'a read lock is granted on a description open for reading, a write lock on one open for writing',
  source: 'fcntl(2) EBADF; fs/locks.c check_fmode_for_setlk()',
  on: ['effect'],
  effectsOf: named('fcntl'),
  before: lockStepOf,
  after(kernel, _event, step) {
    const { inode, range, type, description } = step
    if (range === null || type === 'F_UNLCK' || kernel.threads.at(step.tid).result !== 0) return undefined
    if (typeAt(kernel.inodes.at(inode).recordLocks, step, range.start) !== type) return undefined
    const { access } = kernel.descriptions.at(description)
    return access === 'O_RDWR' || access === (type === 'F_RDLCK' ? 'O_RDONLY' : 'O_WRONLY')
      ? undefined
      : `${type} on a description opened ${access}`
  },
})
