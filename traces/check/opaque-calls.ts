import { ERRNOS } from '../../model/errno.ts'
import {
  constant,
  fd,
  int,
  out,
  processOf,
  semValues,
  signal,
  signalSet,
  someFlags,
  type Param,
} from '../../model/params.ts'
import { UNBLOCKABLE } from '../../model/signals.ts'
import { NOTHING_DONE } from '../../model/functions/unfinished-calls.ts'
import type { Kernel } from '../../model/kernel.ts'
import {
  blocksOn,
  defineSyscall,
  fails,
  goesOn,
  succeeds,
  type Answer,
  type Outcome,
  type Syscall,
} from '../../model/syscall.ts'
import { hasSignal, NO_SIGNALS, withoutSignals, withSignals, type SignalSet } from '../../model/state/signal-set.ts'
import type { OpenFileDescription } from '../../model/state/open-files.ts'
import type { Siginfo } from '../../model/state/signals.ts'
import type { Thread } from '../../model/state/threads.ts'
import { forgetFile, forgetStatus } from './forget.ts'
import { SIGNALFD_AGAIN } from './respell.ts'

/**
 * Calls that make descriptors for things which the model does not follow: sockets, event counters, timers. What they are
 * stays open; that they take the lowest descriptors, and close on exec or not, is judged. Only traces show them.
 * Source: socket(2), accept(2), eventfd(2), epoll_create(2), timerfd_create(2), inotify_init(2), memfd_create(2).
 */
function makerOf(
  name: string,
  params: Readonly<Record<string, Param<unknown>>>,
  cloexec: string | true,
  nonblock?: string,
  about = 0,
): Syscall {
  return defineSyscall({
    name,
    params,
    makes: 'fd',
    interrupted: 'ERESTARTSYS',
    interruptedWhenReady: () => true,
    environment: ERRNOS,
    source: `${name}(2)`,
    rule(kernel, caller, args): Answer {
      const fd = kernel.fn.numberFor(kernel, caller)
      const status = nonblock === undefined ? UNKNOWN : statusBy(args, nonblock)
      const effect = (k: Kernel) =>
        void k.fn.installFd(k, caller.tid, newOpaque(k, caller.pid, about, status), closesOnExec(args, cloexec))
      return kernel.fn.promising(kernel, caller, [fd], succeeds(fd, effect))
    },
  })
}

const closesOnExec = (args: Readonly<Record<string, unknown>>, word: string | true): boolean =>
  word === true || (args.flags as ReadonlySet<string> | undefined)?.has(word) === true

/** In the place of the process behind a pidfd: it is an eventfd. */
export const EVENT_COUNTER = -1

/** How a description was opened, as far as fcntl(2) tells. */
type Status = Pick<OpenFileDescription, 'nonblock' | 'openFlags'>

const UNKNOWN: Status = { nonblock: false, openFlags: 0 }

/** Only calls that are followed change the status of what such a call makes. `openFlags` is not shown: it says no more than that. */
const statusBy = ({ flags }: Readonly<Record<string, unknown>>, nonblock: string): Status => ({
  nonblock: (flags as ReadonlySet<string> | undefined)?.has(nonblock) === true,
  openFlags: 1,
})

/** `about`: the process behind a pidfd. */
export function installOpaque(kernel: Kernel, { tid, pid }: Readonly<Thread>, cloexec: boolean, about = 0): number {
  return kernel.fn.installFd(kernel, tid, newOpaque(kernel, pid, about), cloexec)
}

function newOpaque(kernel: Kernel, maker: number, about: number, status = UNKNOWN): number {
  const inode = kernel.fn.newInode(kernel, maker, { kind: 'opaque', object: about })
  return kernel.fn.newDescription(kernel, maker, { inode, access: 'O_RDWR', kind: 'opaque', ...status })
}

const SOCKET = someFlags('SOCK_CLOEXEC', 'SOCK_NONBLOCK')
const ignored = out('ignored')

const socketpair = defineSyscall({
  name: 'socketpair',
  params: { domain: ignored, flags: SOCKET, protocol: ignored, sv: out('fds') },
  environment: ERRNOS,
  source: 'socketpair(2)',
  rule(kernel, caller, args): Answer {
    const sv = kernel.fn.numbersForTwo(kernel, caller)
    const cloexec = closesOnExec(args, 'SOCK_CLOEXEC')
    const effect = (k: Kernel) => {
      for (let end = 0; end < 2; end++)
        k.fn.installFd(k, caller.tid, newOpaque(k, caller.pid, 0, statusBy(args, 'SOCK_NONBLOCK')), cloexec)
    }
    return kernel.fn.promising(kernel, caller, sv, succeeds(0, effect, { sv }))
  },
})

/**
 * A call that promises itself a descriptor before it sleeps, so that others who share the table pass that one by.
 * Source: accept(2); net/socket.c __sys_accept4_file(), get_unused_fd_flags().
 */
const accepting = (name: string, params: Readonly<Record<string, Param<unknown>>>): Syscall =>
  defineSyscall({
    name,
    params,
    makes: 'fd',
    interrupted: 'ERESTARTSYS',
    interruptedWhenReady: () => true,
    environment: ERRNOS,
    source: `${name}(2); net/socket.c __sys_accept4_file()`,
    rule(kernel, caller, args, given): Answer {
      const { tid, files, unfinished } = caller
      const cloexec = closesOnExec(args, 'SOCK_CLOEXEC')
      const free = kernel.fn.lowestFree(kernel, files)
      const status = statusBy(args, 'SOCK_NONBLOCK')
      if (kernel.files.at(files).users === 1)
        return succeeds(free, (k) => k.fn.installFd(k, tid, newOpaque(k, caller.pid, 0, status), cloexec))
      // The one that it got was the lowest at some moment after it was entered.
      if (unfinished === null && given !== undefined && given !== free) return blocksOn(kernel.files.key(files))
      if (unfinished === null) {
        return goesOn((k) => {
          k.fn.reserveFd(k, files, free)
          k.fn.stayInCall(k, tid, { ...NOTHING_DONE, fds: [free] })
        })
      }
      return succeeds(unfinished.fds[0]!, (k) => k.fn.installFd(k, tid, newOpaque(k, caller.pid, 0, status), cloexec))
    },
  })

/** How many descriptors one message is taken to bring, where a trace does not show it. */
const MOST_RIGHTS = 8

/** A message, and the descriptors that come with it, at the lowest free numbers. Source: unix(7) SCM_RIGHTS; net/core/scm.c. */
const recvmsg = defineSyscall({
  name: 'recvmsg',
  params: { fd: ignored, fds: out('fds'), flags: someFlags('MSG_CMSG_CLOEXEC') },
  returns: 'some',
  interrupted: 'ERESTARTSYS',
  interruptedWhenReady: () => true,
  environment: ERRNOS,
  source: 'recvmsg(2), unix(7); net/core/scm.c scm_detach_fds()',
  rule(kernel, caller, { flags }, given): Answer {
    const fds: number[] = []
    const outcome = (count: number): Outcome => {
      while (fds.length < count) fds.push(kernel.fn.lowestFree(kernel, caller.files, (fds.at(-1) ?? -1) + 1))
      const effect = (k: Kernel) => {
        for (let i = 0; i < count; i++) installOpaque(k, caller, flags.has('MSG_CMSG_CLOEXEC'))
      }
      return { result: 0, out: { fds: fds.slice(0, count) }, ...(count > 0 && { effect }) }
    }
    return given === undefined ? Array.from({ length: MOST_RIGHTS + 1 }, (_, n) => outcome(n)) : [outcome(given)]
  },
})

/** A message; what the descriptors that go with it stand for has another holder now. Source: unix(7) SCM_RIGHTS. */
const sendmsg = defineSyscall({
  name: 'sendmsg',
  params: { fd: ignored, fds: semValues() },
  environment: ERRNOS,
  interrupted: 'ERESTARTSYS',
  interruptedWhenReady: () => true,
  source: 'sendmsg(2), unix(7)',
  rule: (_kernel, { tid }, { fds }): Answer => ({
    undecided: 'a message',
    harmless: true,
    effect: (k) => {
      const slots = fds === null ? k.files.at(k.threads.at(tid).files).slots.keys() : fds
      for (const fd of slots) {
        forgetFile(k, tid, fd)
        forgetStatus(k, tid, fd)
      }
    },
  }),
})

/** A descriptor for a process. Source: pidfd_open(2). */
const pidfdOpen = defineSyscall({
  name: 'pidfd_open',
  params: { pid: processOf('any'), flags: ignored },
  makes: 'fd',
  environment: ERRNOS,
  source: 'pidfd_open(2)',
  rule(kernel, caller, { pid }): Answer {
    const fd = kernel.fn.lowestFree(kernel, caller.files)
    return succeeds(fd, (k) => void installOpaque(k, caller, true, kernel.threads.get(pid)?.pid ?? 0))
  },
})

/** A signal for the process behind a descriptor. Source: pidfd_send_signal(2). */
const pidfdSendSignal = defineSyscall({
  name: 'pidfd_send_signal',
  params: { fd: fd(), sig: signal({ zero: true }), info: ignored },
  environment: ERRNOS,
  source: 'pidfd_send_signal(2)',
  rule(kernel, caller, { fd, sig }): Answer {
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined) return fails('EBADF')
    const pid = description.kind === 'opaque' ? kernel.inodes.at(description.inode).object : 0
    if (pid > 0 && !kernel.processes.has(pid)) return fails('ESRCH')
    if (pid <= 0) return { undecided: 'a signal for a process that is not known', harmless: true }
    if (sig === 0) return succeeds(0)
    return succeeds(0, (k) => k.fn.sendToProcess(k, pid, { signal: sig, code: 'SI_USER', pid: caller.pid }))
  },
})

/** Without attributes it tells what the kernel knows, and makes nothing. Source: landlock_create_ruleset(2). */
const landlockVersion = defineSyscall({
  name: 'landlock_create_ruleset',
  params: { attr: int() },
  environment: ERRNOS,
  source: 'landlock_create_ruleset(2)',
  rule: (): Answer => ({ undecided: 'what Landlock can do', harmless: true }),
})

/** From now on these signals may be read from a descriptor, which leaves them pending no more. Source: signalfd(2). */
function makeReadable(kernel: Kernel, pid: number, mask: SignalSet): void {
  const perhaps = (pending: readonly Siginfo[]) =>
    pending.map((info) => (hasSignal(mask, info.signal) ? { ...info, optional: true as const } : info))
  const process = kernel.processes.edit(pid)
  process.readable = withSignals(process.readable, withoutSignals(mask, UNBLOCKABLE))
  process.pending = perhaps(process.pending)
  for (const tid of process.threads)
    if (kernel.threads.at(tid).pending.length > 0)
      kernel.threads.edit(tid).pending = perhaps(kernel.threads.at(tid).pending)
}

const signalfd = (name: string, params: Readonly<Record<string, Param<unknown>>>): Syscall =>
  defineSyscall({
    name,
    params,
    makes: 'fd',
    environment: ERRNOS,
    source: 'signalfd(2)',
    rule(kernel, caller, args): Answer {
      const mask = (args as { mask: SignalSet | null }).mask ?? NO_SIGNALS
      return succeeds(kernel.fn.lowestFree(kernel, caller.files), (k) => {
        installOpaque(k, caller, closesOnExec(args, 'SFD_CLOEXEC'))
        makeReadable(k, caller.pid, mask)
      })
    },
  })

const signalfdAgain = defineSyscall({
  name: SIGNALFD_AGAIN,
  params: { fd: fd(), mask: signalSet() },
  environment: ERRNOS,
  source: 'signalfd(2)',
  rule(kernel, caller, { fd, mask }): Answer {
    if (kernel.fn.describedBy(kernel, caller, fd) === 0) return fails('EBADF')
    return succeeds(fd, (k) => makeReadable(k, caller.pid, mask))
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

/** Commands of bpf(2) that make a descriptor, for a program, a map, a link; always close-on-exec. Source: kernel/bpf/syscall.c __sys_bpf(). */
const BPF_MAKERS = [
  ...['BPF_MAP_CREATE', 'BPF_PROG_LOAD', 'BPF_OBJ_GET', 'BPF_PROG_GET_FD_BY_ID', 'BPF_MAP_GET_FD_BY_ID'],
  ...['BPF_RAW_TRACEPOINT_OPEN', 'BPF_BTF_LOAD', 'BPF_BTF_GET_FD_BY_ID', 'BPF_LINK_CREATE', 'BPF_LINK_GET_FD_BY_ID'],
  ...['BPF_ENABLE_STATS', 'BPF_ITER_CREATE', 'BPF_TOKEN_CREATE'],
]

const bpf = (command: string): Syscall =>
  defineSyscall({
    name: 'bpf',
    form: command,
    params: { cmd: constant(command) },
    makes: 'fd',
    environment: ERRNOS,
    source: 'bpf(2); kernel/bpf/syscall.c __sys_bpf()',
    rule(kernel, caller): Answer {
      const fd = kernel.fn.lowestFree(kernel, caller.files)
      return succeeds(fd, (k) => installOpaque(k, caller, true))
    },
  })

export const opaqueCalls: readonly Syscall[] = [
  ...['setpriority', 'sched_setscheduler', 'sched_setparam', 'sched_setattr'].map(reschedules),
  makerOf('socket', { domain: ignored, flags: SOCKET, protocol: ignored }, 'SOCK_CLOEXEC', 'SOCK_NONBLOCK'),
  socketpair,
  accepting('accept', { fd: ignored, addr: ignored, length: ignored }),
  accepting('accept4', { fd: ignored, addr: ignored, length: ignored, flags: SOCKET }),
  makerOf('eventfd', { count: int() }, 'none', 'none', EVENT_COUNTER),
  makerOf(
    'eventfd2',
    { count: int(), flags: someFlags('EFD_CLOEXEC', 'EFD_NONBLOCK', 'EFD_SEMAPHORE') },
    'EFD_CLOEXEC',
    'EFD_NONBLOCK',
    EVENT_COUNTER,
  ),
  makerOf('epoll_create', { size: int() }, 'none'),
  makerOf('epoll_create1', { flags: someFlags('EPOLL_CLOEXEC') }, 'EPOLL_CLOEXEC'),
  makerOf(
    'timerfd_create',
    { clock: ignored, flags: someFlags('TFD_CLOEXEC', 'TFD_NONBLOCK') },
    'TFD_CLOEXEC',
    'TFD_NONBLOCK',
  ),
  makerOf('inotify_init', {}, 'none'),
  makerOf('inotify_init1', { flags: someFlags('IN_CLOEXEC', 'IN_NONBLOCK') }, 'IN_CLOEXEC', 'IN_NONBLOCK'),
  makerOf('memfd_create', { name: ignored, flags: someFlags('MFD_CLOEXEC') }, 'MFD_CLOEXEC'),
  recvmsg,
  sendmsg,
  pidfdOpen,
  makerOf('pidfd_open', { pid: ignored }, true),
  pidfdSendSignal,
  signalfd('signalfd', { fd: ignored, mask: signalSet(), size: ignored }),
  signalfd('signalfd4', { fd: ignored, mask: signalSet(), size: ignored, flags: someFlags('SFD_CLOEXEC') }),
  signalfdAgain,
  makerOf('openat', { dirfd: ignored, path: ignored, flags: someFlags('O_CLOEXEC') }, 'O_CLOEXEC'),
  makerOf('open', { path: ignored, flags: someFlags('O_CLOEXEC') }, 'O_CLOEXEC'),
  makerOf('openat2', { dirfd: ignored, path: ignored, flags: someFlags('O_CLOEXEC') }, 'O_CLOEXEC'),
  makerOf('open_tree', { dirfd: ignored, path: ignored, flags: someFlags('OPEN_TREE_CLOEXEC') }, 'OPEN_TREE_CLOEXEC'),
  makerOf('fsopen', { name: ignored, flags: someFlags('FSOPEN_CLOEXEC') }, 'FSOPEN_CLOEXEC'),
  makerOf('fsmount', { fd: ignored, flags: someFlags('FSMOUNT_CLOEXEC') }, 'FSMOUNT_CLOEXEC'),
  makerOf('fspick', { dirfd: ignored, path: ignored, flags: someFlags('FSPICK_CLOEXEC') }, 'FSPICK_CLOEXEC'),
  makerOf('open_by_handle_at', { fd: ignored, handle: ignored, flags: someFlags('O_CLOEXEC') }, 'O_CLOEXEC'),
  makerOf('pidfd_getfd', { pidfd: ignored, fd: ignored }, true),
  makerOf('memfd_secret', { flags: someFlags('O_CLOEXEC') }, 'O_CLOEXEC'),
  makerOf('userfaultfd', { flags: someFlags('O_CLOEXEC') }, 'O_CLOEXEC'),
  makerOf('fanotify_init', { flags: someFlags('FAN_CLOEXEC') }, 'FAN_CLOEXEC'),
  makerOf(
    'perf_event_open',
    { a: ignored, b: ignored, c: ignored, d: ignored, flags: someFlags('PERF_FLAG_FD_CLOEXEC') },
    'PERF_FLAG_FD_CLOEXEC',
  ),
  landlockVersion,
  makerOf('landlock_create_ruleset', {}, true),
  ...BPF_MAKERS.map(bpf),
  makerOf('io_uring_setup', {}, true),
  makerOf('mq_open', { name: ignored, flags: ignored }, true),
]
