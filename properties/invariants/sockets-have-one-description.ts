import { always, sometimes } from '../invariant.ts'

export const socketsHaveOneDescription = always({
  name: 'a socket lives exactly as long as its open file description, and its peer knows which it is',
  source: 'socketpair(2), unix(7); net/unix/af_unix.c unix_release_sock()',
  of: 'sockets',
  offends(kernel, { peer, state }, id) {
    if (kernel.inodes.ids(({ kind, object, users }) => kind === 'socket' && object === id && users === 1).length !== 1)
      return true
    return (state === 'connected') !== (peer !== 0 && kernel.sockets.get(peer)?.peer === id)
  },
  sometimes: sometimes({
    name: 'a socket outlives its peer with something left to read',
    of: 'sockets',
    seen: (_kernel, { state, queue }) => state !== 'connected' && queue.length > 0,
  }),
})
