import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type SocketEvent = 'PEER_RELEASED' | 'PEER_RESET' | 'REPORT' | 'RELEASE'

/**
 * One end of a pair of connected stream sockets.
 *
 * PEER_RELEASED is the release of the last open file description of the other end, PEER_RESET the same with data there
 * that nobody had read: then one read REPORTs ECONNRESET before the end of file. RELEASE is that of this end itself.
 * Source: socketpair(2), unix(7); net/unix/af_unix.c unix_release_sock(), unix_stream_read_generic().
 */
const socket = setup({ types: typed<SocketEvent>() }).createMachine({
  id: 'socket',
  initial: 'connected',
  states: {
    connected: { on: { PEER_RELEASED: 'alone', PEER_RESET: 'reset', RELEASE: 'released' } },
    reset: { on: { REPORT: 'alone', RELEASE: 'released' } },
    alone: { on: { RELEASE: 'released' } },
    released: { type: 'final' },
  },
})

export const socketChart = compile(socket)
export type SocketState = StateOf<typeof socketChart>
