import type { Kernel } from '../kernel.ts'
import type { OpenFileDescription } from '../state/open-files.ts'
import type { Thread } from '../state/threads.ts'
import { blocksOn, fails, goesOn, succeeds, type Answer } from '../syscall.ts'
import type { NewDescription } from './files.ts'
import { NOTHING_DONE } from './unfinished-calls.ts'

/** How a file is opened: what open(2) asks of the open file description. */
export type Opening = Pick<OpenFileDescription, 'access' | 'append' | 'nonblock' | 'openFlags'>

/**
 * Open a FIFO. For reading it waits for a writer, for writing for a reader; one that comes and goes meanwhile is enough.
 * A reader with O_NONBLOCK does not wait, nor does O_RDWR. An open that waits already counts as a reader or writer, and
 * has been promised the descriptor `fd`.
 *
 * Errors: ENXIO, a writer with O_NONBLOCK and no reader.
 * Source: fifo(7); fs/pipe.c fifo_open().
 */
export function fifoOpen(
  kernel: Kernel,
  caller: Readonly<Thread>,
  inode: number,
  opening: Opening,
  fd: number,
  cloexec: boolean,
): Answer {
  const pipe = kernel.inodes.at(inode).pipe!
  const { access, nonblock } = opening
  const fields = { ...opening, kind: 'pipe', inode } as const
  if (access === 'O_WRONLY' && nonblock && pipe.readers === 0) return fails('ENXIO')
  const hasPeer = access === 'O_RDONLY' ? pipe.writers > 0 || nonblock : access === 'O_RDWR' || pipe.readers > 0
  if (hasPeer)
    return succeeds(fd, (k) => k.fn.installFd(k, caller.tid, k.fn.newPipeEnd(k, caller.pid, fields), cloexec))
  return goesOn((k) => {
    const { readerOpenings, writerOpenings } = k.inodes.at(inode).pipe!
    const description = k.fn.newPipeEnd(k, caller.pid, fields)
    if (caller.unfinished === null) k.fn.reserveFd(k, caller.files, fd)
    const openings = access === 'O_RDONLY' ? writerOpenings : readerOpenings
    k.fn.stayInCall(k, caller.tid, { ...NOTHING_DONE, description, fds: [fd], openings })
  })
}

/** An open that waits goes on when the other side has been opened since. Source: fs/pipe.c wait_for_partner(). */
export function fifoOpened(kernel: Kernel, caller: Readonly<Thread>, cloexec: boolean): Answer {
  const { description, fds, openings } = caller.unfinished!
  const { inode, access } = kernel.descriptions.at(description)
  const pipe = kernel.inodes.at(inode).pipe!
  if ((access === 'O_RDONLY' ? pipe.writerOpenings : pipe.readerOpenings) === openings)
    return blocksOn(kernel.inodes.key(inode))
  return succeeds(fds[0]!, (k) => {
    k.fn.installFd(k, caller.tid, description, cloexec)
    k.threads.edit(caller.tid).unfinished = null
  })
}

/** A new open file description of a pipe or FIFO, counted as a reader, a writer or both. */
export function newPipeEnd(kernel: Kernel, maker: number, fields: NewDescription): number {
  kernel.fn.pipeOpened(kernel, fields.inode, fields.access)
  return kernel.fn.newDescription(kernel, maker, fields)
}
