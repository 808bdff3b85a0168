import { always, sometimes } from '../invariant.ts'

/** A FIFO may be open for both sides at once; an end of a pipe is one or the other. */
export const pipeEndsAreCounted = always({
  name: 'the readers and writers of a pipe are its open file descriptions',
  source: 'pipe(7), fifo(7); fs/pipe.c pipe_release(), fifo_open()',
  of: 'inodes',
  offends(_kernel, { kind, pipe, users }) {
    if (pipe === null) return false
    const { readers, writers } = pipe
    return kind === 'pipe' ? readers + writers !== users : readers > users || writers > users
  },
  sometimes: sometimes({
    name: 'a pipe has two readers or two writers',
    of: 'inodes',
    seen: (_kernel, { pipe }) => pipe !== null && (pipe.readers > 1 || pipe.writers > 1),
  }),
})
