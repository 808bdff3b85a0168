import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type PipeEndEvent = 'OPEN' | 'RELEASE' | 'LAST_RELEASE' | 'FREE'

/**
 * The read end or the write end of a pipe or FIFO: all open file descriptions of that side together.
 *
 * `closed` is what the other side sees as end-of-file and POLLHUP, or as EPIPE and SIGPIPE. `unopened` differs from it:
 * a FIFO no writer has opened yet reads 0 bytes but does not poll as hung up. The ends of pipe(2) are opened at birth.
 * A closed end can be opened again, by a FIFO's name or through /proc/PID/fd, as long as the other end keeps the pipe
 * alive; FREE is the end of the pipe itself, data and all.
 * Source: pipe(7), fifo(7); fs/pipe.c fifo_open(), pipe_release(), put_pipe_info().
 */
const pipeEnd = setup({ types: typed<PipeEndEvent>() }).createMachine({
  id: 'pipe-end',
  initial: 'unopened',
  states: {
    unopened: { on: { OPEN: 'open', FREE: 'freed' } },
    open: { on: { OPEN: 'open', RELEASE: 'open', LAST_RELEASE: 'closed' } },
    closed: { on: { OPEN: 'open', FREE: 'freed' } },
    freed: { type: 'final' },
  },
})

export const pipeEndChart = compile(pipeEnd)
export type PipeEndState = StateOf<typeof pipeEndChart>
