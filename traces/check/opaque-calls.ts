import { ERRNOS } from '../../model/errno.ts'
import { flags, int, out, type Param } from '../../model/params.ts'
import type { Kernel } from '../../model/kernel.ts'
import { defineSyscall, succeeds, type Answer, type Syscall } from '../../model/syscall.ts'
import type { Thread } from '../../model/state/threads.ts'

/**
 * Calls that make descriptors for things which the model does not follow: sockets, event counters, timers. What they are
 * stays open; that they take the lowest descriptors, and close on exec or not, is judged. Only traces show them.
 * Source: socket(2), accept(2), eventfd(2), epoll_create(2), timerfd_create(2), inotify_init(2), memfd_create(2).
 */
function makerOf(name: string, params: Readonly<Record<string, Param<unknown>>>, cloexec: string | true): Syscall {
  return defineSyscall({
    name,
    params,
    makes: 'fd',
    interrupted: 'ERESTARTSYS',
    interruptedWhenReady: () => true,
    environment: ERRNOS,
    source: `${name}(2)`,
    rule(kernel, caller, args): Answer {
      const fd = kernel.fn.lowestFree(kernel, caller.files)
      return succeeds(fd, (k) => installOpaque(k, caller, closesOnExec(args, cloexec)))
    },
  })
}

const closesOnExec = (args: Readonly<Record<string, unknown>>, word: string | true): boolean =>
  word === true || (args.flags as ReadonlySet<string> | undefined)?.has(word) === true

function installOpaque(kernel: Kernel, { tid, pid }: Readonly<Thread>, cloexec: boolean): number {
  const inode = kernel.fn.newInode(kernel, pid, { kind: 'opaque' })
  const description = kernel.fn.newDescription(kernel, pid, { inode, access: 'O_RDWR', kind: 'opaque' })
  return kernel.fn.installFd(kernel, tid, description, cloexec)
}

const SOCKET = flags(
  ...(['SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_RAW', 'SOCK_SEQPACKET', 'SOCK_RDM', 'SOCK_PACKET', 'SOCK_DCCP'] as const),
  ...(['SOCK_CLOEXEC', 'SOCK_NONBLOCK'] as const),
)
const ignored = out('ignored')

const socketpair = defineSyscall({
  name: 'socketpair',
  params: { domain: ignored, flags: SOCKET, protocol: ignored, sv: out('fds') },
  environment: ERRNOS,
  source: 'socketpair(2)',
  rule(kernel, caller, args): Answer {
    const first = kernel.fn.lowestFree(kernel, caller.files)
    const second = kernel.fn.lowestFree(kernel, caller.files, first + 1)
    const cloexec = closesOnExec(args, 'SOCK_CLOEXEC')
    const effect = (k: Kernel) => {
      installOpaque(k, caller, cloexec)
      installOpaque(k, caller, cloexec)
    }
    return succeeds(0, effect, { sv: [first, second] })
  },
})

/**
 * Calls that change the order in which threads are scheduled, and so served where Linux goes by it. Whose, is not looked
 * at. Source: sched(7); ipc/mqueue.c wq_add().
 */
const reschedules = (name: string): Syscall =>
  defineSyscall({
    name,
    params: {},
    environment: ERRNOS,
    source: `${name}(2)`,
    rule: () =>
      succeeds(0, (k) => {
        for (const pid of k.processes.ids(({ rescheduled }) => !rescheduled)) k.processes.edit(pid).rescheduled = true
      }),
  })

export const opaqueCalls: readonly Syscall[] = [
  ...['setpriority', 'sched_setscheduler', 'sched_setparam', 'sched_setattr'].map(reschedules),
  makerOf('socket', { domain: ignored, flags: SOCKET, protocol: ignored }, 'SOCK_CLOEXEC'),
  socketpair,
  makerOf('accept', { fd: ignored, addr: ignored, length: ignored }, 'none'),
  makerOf('accept4', { fd: ignored, addr: ignored, length: ignored, flags: SOCKET }, 'SOCK_CLOEXEC'),
  makerOf('eventfd', { count: ignored }, 'none'),
  makerOf('eventfd2', { count: ignored, flags: flags('EFD_CLOEXEC', 'EFD_NONBLOCK', 'EFD_SEMAPHORE') }, 'EFD_CLOEXEC'),
  makerOf('epoll_create', { size: int() }, 'none'),
  makerOf('epoll_create1', { flags: flags('EPOLL_CLOEXEC') }, 'EPOLL_CLOEXEC'),
  makerOf('timerfd_create', { clock: ignored, flags: flags('TFD_CLOEXEC', 'TFD_NONBLOCK') }, 'TFD_CLOEXEC'),
  makerOf('inotify_init', {}, 'none'),
  makerOf('inotify_init1', { flags: flags('IN_CLOEXEC', 'IN_NONBLOCK') }, 'IN_CLOEXEC'),
  makerOf('memfd_create', { name: ignored, flags: flags('MFD_CLOEXEC', 'MFD_ALLOW_SEALING') }, 'MFD_CLOEXEC'),
  makerOf('pidfd_open', { pid: ignored, flags: flags('PIDFD_NONBLOCK', 'PIDFD_THREAD') }, true),
]
