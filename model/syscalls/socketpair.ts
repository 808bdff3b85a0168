import type { Kernel } from '../kernel.ts'
import { constant, int, oneFormFlags, out } from '../params.ts'
import { defineSyscall, fails, succeeds, type Answer } from '../syscall.ts'

/** The other number that the protocol may bear. Source: socket(2). */
const PF_UNIX = 1

/**
 * Make two stream sockets that are connected with each other: what is written to the one can be read from the other.
 *
 * Returns 0; `fds` are the two lowest free descriptors. Errors: EPROTONOSUPPORT; ESOCKTNOSUPPORT, no type; EMFILE, unless both fit.
 * Source: socketpair(2), unix(7); net/socket.c __sys_socketpair().
 */
export const socketpair = defineSyscall({
  name: 'socketpair',
  params: {
    domain: constant('AF_UNIX'),
    type: oneFormFlags(
      ['SOCK_STREAM', 'SOCK_CLOEXEC', 'SOCK_NONBLOCK'],
      ['SOCK_STREAM'],
      ['SOCK_STREAM', 'SOCK_CLOEXEC'],
      ['SOCK_STREAM', 'SOCK_NONBLOCK'],
    ),
    protocol: int(0),
    fds: out('fds'),
  },
  makes: 'fds',
  errors: ['EMFILE', 'EPROTONOSUPPORT', 'ESOCKTNOSUPPORT'],
  environment: ['EFAULT', 'ENFILE', 'ENOMEM'],
  source: 'socketpair(2), unix(7); net/socket.c __sys_socketpair()',
  rule(kernel, caller, { type, protocol }) {
    const fds = kernel.fn.numbersForTwo(kernel, caller)
    const promising = (answer: Answer) => kernel.fn.promising(kernel, caller, fds, answer)
    if (!kernel.fn.hasRoomFor(kernel, caller, ...fds)) return promising(fails('EMFILE'))
    if (protocol !== 0 && protocol !== PF_UNIX) return promising(fails('EPROTONOSUPPORT'))
    if (!type.has('SOCK_STREAM')) return promising(fails('ESOCKTNOSUPPORT'))
    const effect = (k: Kernel) => {
      for (const object of k.fn.newSocketPair(k, caller.pid)) {
        const inode = k.fn.newInode(k, caller.pid, { kind: 'socket', object })
        const nonblock = type.has('SOCK_NONBLOCK')
        const description = k.fn.newDescription(k, caller.pid, { inode, access: 'O_RDWR', kind: 'socket', nonblock })
        k.fn.installFd(k, caller.tid, description, type.has('SOCK_CLOEXEC'))
      }
    }
    return promising(succeeds(0, effect, { fds }))
  },
})
