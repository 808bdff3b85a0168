import type { Kernel } from '../kernel.ts'
import { fd, usualFlags } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { blocksOn, defineSyscall, fails, goesOn, succeeds, type Answer, type Outcome } from '../syscall.ts'

type Operation = 'LOCK_SH' | 'LOCK_EX' | 'LOCK_UN'

const WHOLE_FILE = { start: 0, end: Infinity }

/**
 * Take, change or drop the lock of an open file description on its file; open for what does not matter, and record locks
 * are not seen. A change of type that conflicts with nobody's lock lets nobody in between, although the manual promises
 * less. One that conflicts has lost the old lock, under LOCK_NB for nothing, and waiters may be granted theirs.
 *
 * Returns 0, under LOCK_MAND without doing anything. Errors: EINVAL, not exactly one operation; EBADF, closed or O_PATH;
 * EAGAIN (EWOULDBLOCK), another description's lock conflicts and LOCK_NB is given; EINTR. There is no deadlock detection.
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
  interruptedWhenReady: (kernel, caller) => kernel.fn.hasOtherLockSleepers(kernel, caller),
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
    if (kernel.fn.isTableShared(kernel, caller)) return [begins(caller.tid, description)]
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
  if (operation === 'LOCK_UN') return succeeds(0, (k) => k.fn.removeFlock(k, description, 'UNLOCK'))
  const own = flocks.find(({ owner }) => owner === description)
  if (own?.type === operation) return succeeds(0)
  const loses = (k: Kernel) => {
    if (own !== undefined) k.fn.removeFlock(k, description, 'UNLOCK')
  }
  if (!kernel.fn.flockConflicts(flocks, description, operation)) {
    return succeeds(0, (k) => {
      loses(k)
      k.fn.addFlock(k, description, caller.pid, operation)
    })
  }
  if (nonblock) return [{ result: 'EAGAIN', effect: loses }]
  if (caller.lockCall !== null && own === undefined) return blocksOn(kernel.inodes.key(inode))
  return goesOn((k) => {
    loses(k)
    if (k.threads.at(caller.tid).lockCall === null) k.fn.beginLockCall(k, caller.tid, description, WHOLE_FILE)
    k.fn.sleepForFlock(k, caller.tid)
  })
}

/** Others may close the descriptor meanwhile: the call holds its file from the start. */
const begins = (tid: number, description: number): Outcome => ({
  result: 0,
  goesOn: 'awake',
  effect: (k) => k.fn.beginLockCall(k, tid, description, WHOLE_FILE),
})
