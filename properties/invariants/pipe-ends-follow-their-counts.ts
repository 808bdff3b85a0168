import { always, sometimes } from '../invariant.ts'

export const pipeEndsFollowTheirCounts = always({
  name: 'an end of a pipe is open while anybody has it open, and a pipe without either holds no data',
  source: 'pipe(7), fifo(7); fs/pipe.c pipe_release(), free_pipe_info()',
  of: 'inodes',
  offends: (_kernel, { pipe }) =>
    pipe !== null &&
    ((pipe.readEnd === 'open') !== pipe.readers > 0 ||
      (pipe.writeEnd === 'open') !== pipe.writers > 0 ||
      (pipe.readers + pipe.writers === 0 && pipe.buffers.length > 0)),
  sometimes: sometimes({
    name: 'data waits in a pipe that nobody can write to any more',
    of: 'inodes',
    seen: (_kernel, { pipe }) => pipe !== null && pipe.writeEnd === 'closed' && pipe.buffers.length > 0,
  }),
})
