import type { Kernel } from '../../model/kernel.ts'
import { mayReturn, movesOf, takesTime } from '../../model/moves.ts'
import type { Thread } from '../../model/state/threads.ts'
import { isExiting } from '../../model/functions/signals.ts'
import { runToRest, type Theorem } from './theorem.ts'

/**
 * At rest nobody sleeps on what only the dead could give: every sleeper has looked since the last change of what it waits
 * for, a reader's pipe has a writer alive, a waiting parent a child that lives, a sleeper behind a lock somebody who holds it.
 */
export const nobodyWaitsForTheDead: Theorem = {
  name: 'nobody waits for ever for what only the dead could give',
  source: 'pipe(7), wait(2), fcntl(2), flock(2), semop(2), vfork(2)',
  refute(rules, program) {
    const { kernel } = runToRest(rules, program)
    for (const thread of kernel.threads.rows()) {
      const wrong = whatIsMissed(kernel, thread)
      if (wrong !== undefined) return `thread ${thread.tid} in ${thread.call?.syscall.name ?? thread.state}: ${wrong}`
    }
    return undefined
  },
}

function whatIsMissed(kernel: Kernel, thread: Readonly<Thread>): string | undefined {
  const missed = movesOf(kernel, thread.tid).moves.find(({ move }) => !takesTime(move))
  if (missed !== undefined) return `the move "${missed.move}" is possible`
  if (mayReturn(thread) && !thread.killed) return 'it may return'
  if (thread.state === 'returning' && thread.vforkChild !== 0 && !lives(kernel, thread.vforkChild))
    return 'it waits for a vfork child that is gone'
  if (thread.state !== 'in-call' || thread.call === null) return undefined
  switch (thread.call.syscall.name) {
    case 'read':
      return missingWriter(kernel, thread)
    case 'wait4':
    case 'waitid':
      return childrenOf(kernel, thread).some((pid) => kernel.processes.at(pid).state !== 'zombie')
        ? undefined
        : 'no child of its process lives'
    case 'fcntl':
    case 'flock':
      return missingHolder(kernel, thread)
    default:
      return undefined
  }
}

const lives = (kernel: Kernel, tid: number): boolean => {
  const thread = kernel.threads.get(tid)
  return thread !== undefined && !isExiting(thread) && thread.state !== 'dead'
}

const childrenOf = (kernel: Kernel, thread: Readonly<Thread>): number[] =>
  kernel.processOf(thread).threads.flatMap((tid) => [...kernel.threads.at(tid).children])

/** Somebody alive has a descriptor by which the pipe can be written. */
function missingWriter(kernel: Kernel, thread: Readonly<Thread>): string | undefined {
  const id = kernel.fn.describedBy(kernel, thread, thread.call!.args.fd as number)
  const description = id === 0 ? undefined : kernel.descriptions.get(id)
  const pipe = description === undefined ? null : kernel.inodes.at(description.inode).pipe
  if (description === undefined || pipe === null) return undefined
  const writes = kernel.descriptions
    .ids(({ inode, access }) => inode === description.inode && (access === 'O_WRONLY' || access === 'O_RDWR'))
    .some((writer) => isHeldByTheLiving(kernel, writer))
  return writes ? undefined : 'nobody alive can write to its pipe'
}

function isHeldByTheLiving(kernel: Kernel, description: number): boolean {
  return kernel.threads.rows().some((thread) => {
    if (thread.state === 'dead') return false
    if (thread.unfinished?.description === description || thread.lockCall?.description === description) return true
    return kernel.files.get(thread.files)?.slots.some((slot) => Math.floor(slot / 2) === description) === true
  })
}

/** A lock that it sleeps behind is held by a table or a description of somebody who lives. */
function missingHolder(kernel: Kernel, thread: Readonly<Thread>): string | undefined {
  const behind = thread.lockCall?.behind
  if (behind === undefined || behind === null) return undefined
  const held =
    behind.kind === 'posix'
      ? kernel.threads.rows().some(({ files, state }) => state !== 'dead' && files === behind.owner)
      : kernel.descriptions.has(behind.owner)
  return held ? undefined : 'the lock that it sleeps behind belongs to nobody alive'
}
