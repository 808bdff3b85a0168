import type { Kernel } from '../kernel.ts'
import { fd, usualFlags } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { blocksOn, defineSyscall, fails, succeeds, type Answer, type Outcome } from '../syscall.ts'

type Operation = 'LOCK_SH' | 'LOCK_EX' | 'LOCK_UN'

const WHOLE_FILE = { start: 0, end: Infinity }

/**
 * Take, change or drop the lock of an open file description on its file; open for what does not matter, and record locks
 * are not seen. Changing the type is not atomic: the old lock is removed first, and a waiter or a newcomer may be granted
 * its own before the new type is; under LOCK_NB both may then be lost. (Linux since 4.0 lets others in only where the
 * new type conflicts; the manual promises less.)
 *
 * Returns 0, under LOCK_MAND without doing anything. Errors: EINVAL, not exactly one operation; EBADF, closed or O_PATH; EAGAIN (EWOULDBLOCK), another
 * description's lock conflicts and LOCK_NB is given; EINTR. There is no deadlock detection.
 * Source: flock(2); fs/locks.c flock_lock_inode().
 */
export const flock = defineSyscall({
  name: 'flock',
  params: {
    fd: fd(),
    operation: usualFlags(
      ['LOCK_SH', 'LOCK_EX', 'LOCK_UN', 'LOCK_NB', 'LOCK_MAND', 'LOCK_READ', 'LOCK_WRITE'],
      ['LOCK_EX'],
      ['LOCK_EX', 'LOCK_NB'],
      ['LOCK_SH'],
      ['LOCK_SH', 'LOCK_NB'],
      ['LOCK_UN'],
    ),
  },
  interrupted: 'ERESTARTSYS',
  errors: ['EAGAIN', 'EBADF', 'EINVAL'],
  environment: ['ENOLCK'],
  source: 'flock(2); fs/locks.c flock_lock_inode()',
  rule(kernel, caller, { fd, operation }) {
    if (operation.has('LOCK_MAND')) return succeeds(0)
    const operations = (['LOCK_SH', 'LOCK_EX', 'LOCK_UN'] as const).filter((word) => operation.has(word))
    if (operations.length !== 1 || operation.has('LOCK_READ') || operation.has('LOCK_WRITE')) return fails('EINVAL')
    const nonblock = operation.has('LOCK_NB')
    if (caller.lockCall !== null) return apply(kernel, caller, caller.lockCall.description, operations[0]!, nonblock)
    const description = kernel.fn.lockableFile(kernel, caller, fd)
    if (description === undefined) return fails('EBADF')
    if (kernel.fn.isTableShared(kernel, caller)) return [begins(caller.tid, description, 'awake')]
    return apply(kernel, caller, description, operations[0]!, nonblock)
  },
})

function apply(
  kernel: Kernel,
  caller: Readonly<Thread>,
  description: number,
  operation: Operation,
  nonblock: boolean,
): Answer {
  const { inode } = kernel.descriptions.at(description)
  const { flocks } = kernel.inodes.at(inode)
  if (operation === 'LOCK_UN') return succeeds(0, (k) => k.fn.removeFlock(k, description))
  const own = flocks.find(({ owner }) => owner === description)
  if (own?.type === operation) return succeeds(0)
  if (own !== undefined) return [{ result: 0, goesOn: 'awake', effect: (k) => k.fn.removeFlock(k, description) }]
  if (kernel.fn.flockConflicts(flocks, description, operation)) {
    if (nonblock) return fails('EAGAIN')
    if (caller.lockCall === null) return [begins(caller.tid, description, 'asleep')]
    return blocksOn(kernel.inodes.key(inode))
  }
  return succeeds(0, (k) => k.fn.addFlock(k, description, caller.pid, operation))
}

const begins = (tid: number, description: number, goesOn: 'awake' | 'asleep'): Outcome => ({
  result: 0,
  goesOn,
  effect: (k) => {
    k.fn.beginLockCall(k, tid, description, WHOLE_FILE)
    if (goesOn === 'asleep') k.threads.edit(tid).slept = true
  },
})
