import type { Kernel } from '../kernel.ts'
import type { OpenFileDescription, Pipe } from '../state/open-files.ts'

export const EMPTY_PIPE: Pipe = { readers: 0, writers: 0, readerOpenings: 0, writerOpenings: 0, buffers: [] }

export const reads = (description: Readonly<OpenFileDescription>): boolean =>
  description.access === 'O_RDONLY' || description.access === 'O_RDWR'

export const writes = (description: Readonly<OpenFileDescription>): boolean =>
  description.access === 'O_WRONLY' || description.access === 'O_RDWR'

/**
 * An open file description of a pipe is gone: one reader, one writer or both fewer. Data nobody can read any more goes
 * with the last. Source: pipe(7), fifo(7); fs/pipe.c pipe_release().
 */
export function pipeRelease(kernel: Kernel, description: Readonly<OpenFileDescription>): void {
  const inode = kernel.inodes.edit(description.inode)
  const pipe = inode.pipe!
  const readers = pipe.readers - (reads(description) ? 1 : 0)
  const writers = pipe.writers - (writes(description) ? 1 : 0)
  inode.pipe = readers + writers === 0 ? EMPTY_PIPE : { ...pipe, readers, writers }
}
