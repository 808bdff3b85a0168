import { mayRead, mayWrite } from '../../model/functions/pipes.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { Thread } from '../../model/state/threads.ts'
import { answer, isBlocked } from '../../model/syscall.ts'
import { always, sometimes } from '../invariant.ts'

/** The pipe that a thread reads from or writes to, by its inode; undefined when it does neither. */
function pipeOf(kernel: Kernel, thread: Readonly<Thread>): { inode: number; reads: boolean } | undefined {
  const { call, state } = thread
  if (state !== 'in-call' || (call?.syscall.name !== 'read' && call?.syscall.name !== 'write')) return undefined
  const description = kernel.descriptions.get(kernel.fn.describedBy(kernel, thread, call.args.fd as number))
  return description?.kind === 'pipe' ? { inode: description.inode, reads: call.syscall.name === 'read' } : undefined
}

/** Counted from the open file descriptions, not by the pipe's own numbers. */
function hasOtherSide(kernel: Kernel, inode: number, reads: boolean): boolean {
  const opposite = reads ? mayWrite : mayRead
  return kernel.descriptions.count((row) => row.inode === inode && row.kind === 'pipe' && opposite(row.access)) > 0
}

export const noSleepOnAPipeWithoutTheOtherSide = always({
  name: 'nobody sleeps on a pipe whose other side nobody has open',
  source: 'pipe(7); fs/pipe.c pipe_read(), pipe_write(), pipe_release()',
  of: 'threads',
  offends(kernel, thread) {
    const pipe = pipeOf(kernel, thread)
    if (pipe === undefined || hasOtherSide(kernel, pipe.inode, pipe.reads)) return false
    return isBlocked(answer(kernel, thread, thread.call!))
  },
  sometimes: sometimes({
    name: 'a read of a pipe meets end-of-file',
    of: 'threads',
    seen: (_kernel, { state, call, result }) =>
      state === 'returning' && call?.syscall.name === 'read' && result === 0 && call.args.count !== 0,
  }),
})
