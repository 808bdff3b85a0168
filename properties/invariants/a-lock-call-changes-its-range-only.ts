import { eachStep, named } from '../invariant.ts'
import { isOwn, lockStepOf, typeAt, type LockStep } from '../lock-view.ts'
import type { RecordLock } from '../../model/state/open-files.ts'

export const aLockCallChangesItsRangeOnly = eachStep({
  name: 'a call for a record lock sets exactly the bytes it names, for its owner alone, or nothing',
  source: 'fcntl(2) "F_SETLK", POSIX fcntl(); fs/locks.c posix_lock_inode()',
  on: ['effect'],
  effectsOf: named('fcntl'),
  before: lockStepOf,
  after(kernel, _event, step) {
    const { result, state, lockCall } = kernel.threads.at(step.tid)
    if (result === 'EBADF') return undefined
    const locks = kernel.inodes.at(step.inode).recordLocks
    if (othersOf(step, step.locks).join() !== othersOf(step, locks).join()) return 'the locks of others changed'
    const isSet = state === 'returning' ? result === 0 : lockCall?.state === 'held'
    return bytesToLookAt(step, locks).every((byte) => typeAt(locks, step, byte) === expected(step, isSet, byte))
      ? undefined
      : 'the locks of the owner are not what was asked for'
  },
})

const othersOf = (step: LockStep, locks: readonly RecordLock[]): readonly string[] =>
  locks.filter((lock) => !isOwn(step, lock)).map((lock) => Object.values(lock).join(' '))

function expected(step: LockStep, isSet: boolean, byte: number): RecordLock['type'] | 'F_UNLCK' {
  const { range } = step
  if (isSet && range !== null && range.start <= byte && byte <= range.end) return step.type
  return typeAt(step.locks, step, byte)
}

/** Locks change their type nowhere but beside these bytes. */
function bytesToLookAt({ range, locks }: LockStep, after: readonly RecordLock[]): readonly number[] {
  return [...locks, ...after, ...(range === null ? [] : [range])]
    .flatMap(({ start, end }) => [start - 1, start, end, end + 1])
    .filter((byte) => byte >= 0)
}
