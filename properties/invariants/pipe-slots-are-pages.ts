import { PAGE } from '../../model/functions/memory.ts'
import { PIPE_SLOTS } from '../../model/functions/pipes.ts'
import { always, sometimes } from '../invariant.ts'

export const pipeSlotsArePages = always({
  name: 'a pipe holds at most sixteen slots, each with at least a byte and at most a page',
  source: 'pipe(7) "Pipe capacity"; fs/pipe.c pipe_write()',
  of: 'inodes',
  offends: (_kernel, { pipe }) =>
    pipe !== null &&
    (pipe.buffers.length > PIPE_SLOTS ||
      pipe.buffers.some(({ bytes, room }) => bytes < 1 || room < 0 || bytes + room > PAGE)),
  sometimes: sometimes({
    name: 'a pipe is full',
    of: 'inodes',
    seen: (_kernel, { pipe }) => pipe?.buffers.length === PIPE_SLOTS,
  }),
})
