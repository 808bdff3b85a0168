import { ERRNOS } from '../../model/errno.ts'
import { mayWrite } from '../../model/functions/pipes.ts'
import type { Kernel } from '../../model/kernel.ts'
import {
  boxed,
  constant,
  fd,
  int,
  out,
  path,
  processOf,
  signal,
  signalSet,
  someFlags,
  type Param,
} from '../../model/params.ts'
import { SIGNAL_MAX, SIGTTOU, UNBLOCKABLE } from '../../model/signals.ts'
import { withoutSignals } from '../../model/state/signal-set.ts'
import type { Thread } from '../../model/state/threads.ts'
import {
  defineSyscall,
  fails,
  goesOn,
  succeeds,
  type Answer,
  type Syscall,
  type Undecided,
} from '../../model/syscall.ts'
import { installOpaque } from './opaque-calls.ts'
import { forgetFile, forgetNames } from './forget.ts'
import { moveTo, leaveFs } from './directories.ts'

/**
 * Calls that touch what the model follows in ways that it does not: what it knew of that is forgotten, and nothing else.
 * Only traces show them.
 */
const ignored = out('ignored')

type Params = Readonly<Record<string, Param<unknown>>>

const harmless = (why: string, effect?: (kernel: Kernel) => void): Undecided => ({
  undecided: why,
  harmless: true,
  ...(effect !== undefined && { effect }),
})

interface Ends {
  readonly from?: string
  readonly to?: string
}

/** Bytes move between two open files, either of which may be a pipe. */
const mover = (name: string, params: Params, { from, to }: Ends): Syscall =>
  defineSyscall({
    name,
    params,
    interrupted: 'ERESTARTSYS',
    environment: ERRNOS,
    source: `${name}(2)`,
    rule(kernel, caller, args): Answer {
      const numbers = args as Readonly<Record<string, number>>
      const source = from === undefined ? undefined : kernel.fn.lookupFd(kernel, caller, numbers[from]!)
      const target = to === undefined ? undefined : kernel.fn.lookupFd(kernel, caller, numbers[to]!)
      if (from !== undefined && source === undefined) return fails('EBADF')
      if (to !== undefined && target === undefined) return fails('EBADF')
      return harmless(`${name} moves bytes that are not followed`, (k) => {
        if (from !== undefined) forgetFile(k, caller.tid, numbers[from]!)
        if (to !== undefined) forgetFile(k, caller.tid, numbers[to]!)
      })
    },
  })

/** Another mask is in force while the call sleeps. Source: pselect(2), ppoll(2), epoll_pwait(2); kernel/signal.c set_user_sigmask(). */
const sleeperWithMask = (name: string, params: Params, interrupted: 'ERESTARTNOHAND' | 'EINTR'): Syscall =>
  defineSyscall({
    name,
    params,
    interrupted,
    interruptedWhenReady: () => true,
    environment: ERRNOS,
    source: `${name}(2); kernel/signal.c set_user_sigmask()`,
    rule(_kernel, { tid, saved }, args): Answer {
      const mask = (args as { sigmask: Parameters<typeof withoutSignals>[0] | null }).sigmask
      if (mask === null) return harmless(`${name} waits for what is not followed`)
      if (saved === null) {
        return goesOn((k) => {
          const row = k.threads.edit(tid)
          row.saved = row.blocked
          row.blocked = withoutSignals(mask, UNBLOCKABLE)
        })
      }
      return harmless(`${name} waits for what is not followed`, (k) => {
        const row = k.threads.edit(tid)
        row.blocked = row.saved ?? row.blocked
        row.saved = null
      })
    },
  })

/** Changes of a directory tree: names that end as one of these paths do are no longer known. */
const renamer = (name: string, params: Params, ...paths: string[]): Syscall =>
  defineSyscall({
    name,
    params,
    environment: ERRNOS,
    source: `${name}(2)`,
    rule: (_kernel, _caller, args) =>
      harmless('names are changed', (k) => {
        for (const place of paths) forgetNames(k, (args as Readonly<Record<string, string>>)[place])
      }),
  })

const treeChange = (name: string): Syscall =>
  defineSyscall({
    name,
    params: {},
    environment: ERRNOS,
    source: `${name}(2)`,
    rule: () => harmless('what names lead to is changed', (k) => forgetNames(k)),
  })

/** A name that was none before, or is none any more. */
const nameChange = (name: string, params: Params): Syscall => renamer(name, params, 'path')

/** Relative paths are counted from another place from now on. Source: chdir(2). */
const chdir = defineSyscall({
  name: 'chdir',
  params: { path: path('file') },
  environment: ERRNOS,
  source: 'chdir(2); fs/open.c set_fs_pwd()',
  rule: (_kernel, { tid }, { path }) => succeeds(0, (k) => moveTo(k, tid, `${path}/`)),
})

/** The same for a place of which it is not known where it is. Source: fchdir(2). */
const goesSomewhere = (name: string): Syscall =>
  defineSyscall({
    name,
    params: {},
    environment: ERRNOS,
    source: `${name}(2); fs/open.c set_fs_pwd()`,
    rule: (_kernel, { tid }: Readonly<Thread>) => succeeds(0, (k) => moveTo(k, tid, undefined)),
  })

/** Modes of a terminal: from the background they draw SIGTTOU; from then on its bytes are not followed. Source: termios(3); drivers/tty/tty_ioctl.c. */
const modeChange = (request: string): Syscall =>
  defineSyscall({
    name: 'ioctl',
    form: request,
    params: { fd: fd(), request: constant(request) },
    interrupted: 'ERESTARTSYS',
    environment: ERRNOS,
    source: 'ioctl_tty(2), termios(3); drivers/tty/tty_ioctl.c',
    rule(kernel, caller, { fd }): Answer {
      const description = kernel.fn.lookupFd(kernel, caller, fd)
      if (description === undefined || description.access === 'O_PATH') return fails('EBADF')
      const terminal = kernel.fn.terminalOf(kernel, description)
      if (terminal === undefined) return harmless('no terminal that the model follows')
      if (description.kind === 'terminal' && kernel.terminals.at(terminal).state !== 'hung-up') {
        if (kernel.fn.ttyCheckChange(kernel, caller, terminal, SIGTTOU) === 'stop')
          return kernel.fn.stopBackground(caller, SIGTTOU)
      }
      return harmless('modes of a terminal', (k) => forgetFile(k, caller.tid, fd))
    },
  })

/** Open the slave of a master. Source: ioctl_tty(2); drivers/tty/pty.c ptm_open_peer(). */
const TIOCGPTPEER = defineSyscall({
  name: 'ioctl',
  form: 'TIOCGPTPEER',
  params: {
    fd: fd(),
    request: constant('TIOCGPTPEER'),
    flags: someFlags('O_RDWR', 'O_WRONLY', 'O_NOCTTY', 'O_CLOEXEC'),
  },
  makes: 'fd',
  environment: ERRNOS,
  source: 'ioctl_tty(2); drivers/tty/pty.c ptm_open_peer()',
  rule(kernel, caller, { fd, flags }): Answer {
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined) return fails('EBADF')
    const free = kernel.fn.numberFor(kernel, caller)
    if (!kernel.fn.hasRoomFor(kernel, caller, free)) return fails('EMFILE')
    if (description.kind !== 'terminal-master')
      return succeeds(free, (k) => void installOpaque(k, caller, flags.has('O_CLOEXEC')))
    const { number } = kernel.terminals.at(kernel.fn.terminalOf(kernel, description)!)
    const opened = kernel.fn.ttyOpen(kernel, caller, `/dev/pts/${number}`, new Set([...flags, 'TIOCGPTPEER']), free)
    return kernel.fn.promising(kernel, caller, [free], opened)
  },
})

/** No ioctl reaches what was opened with O_PATH. Source: open(2); fs/ioctl.c, fs/file.c fdget(). */
const isPathAlone = (kernel: Kernel, caller: Readonly<Thread>, fd: number): boolean =>
  kernel.fn.lookupFd(kernel, caller, fd)?.access === 'O_PATH'

/** Close-on-exec by ioctl. Source: ioctl(2); fs/ioctl.c do_vfs_ioctl(). */
const closeOnExec = (request: string, cloexec: boolean): Syscall =>
  defineSyscall({
    name: 'ioctl',
    form: request,
    params: { fd: fd(), request: constant(request) },
    source: 'ioctl(2); fs/ioctl.c do_vfs_ioctl()',
    rule(kernel, caller, { fd }): Answer {
      const slot = kernel.fn.slotOf(kernel, caller, fd)
      if (slot === 0 || isPathAlone(kernel, caller, fd)) return fails('EBADF')
      const changed = slot - (slot % 2) + (cloexec ? 1 : 0)
      return succeeds(0, (k) => k.fn.setSlot(k, caller.files, fd, changed))
    },
  })

/** O_NONBLOCK by ioctl. Source: ioctl(2); fs/ioctl.c ioctl_fionbio(). */
const FIONBIO = defineSyscall({
  name: 'ioctl',
  form: 'FIONBIO',
  params: { fd: fd(), request: constant('FIONBIO'), on: boxed(int()) },
  source: 'ioctl(2); fs/ioctl.c ioctl_fionbio()',
  rule(kernel, caller, { fd, on }): Answer {
    const slot = kernel.fn.slotOf(kernel, caller, fd)
    if (slot === 0 || isPathAlone(kernel, caller, fd)) return fails('EBADF')
    return succeeds(0, (k) => void (k.descriptions.edit(Math.floor(slot / 2)).nonblock = on !== 0))
  },
})

/** A pipe of another capacity. Source: fcntl(2) F_SETPIPE_SZ. */
const F_SETPIPE_SZ = defineSyscall({
  name: 'fcntl',
  form: 'F_SETPIPE_SZ',
  params: { fd: fd(), cmd: constant('F_SETPIPE_SZ') },
  environment: ERRNOS,
  source: 'fcntl(2) F_SETPIPE_SZ',
  rule: (_kernel, { tid }, { fd }) => harmless('the capacity of a pipe', (k) => forgetFile(k, tid, fd)),
})

/** Sizes, times and filters of a socket decide what it takes and gives. Source: socket(7). */
const setsockopt = defineSyscall({
  name: 'setsockopt',
  params: { fd: fd() },
  environment: ERRNOS,
  source: 'setsockopt(2), socket(7); net/socket.c __sys_setsockopt()',
  rule(kernel, caller, { fd }): Answer {
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined || description.access === 'O_PATH') return fails('EBADF')
    return harmless('an option of a socket', (k) => {
      if (description.kind === 'socket') forgetFile(k, caller.tid, fd)
    })
  },
})

/** A signal for a thread, whose process is not named. Source: tkill(2); kernel/signal.c do_tkill(). */
const tkill = defineSyscall({
  name: 'tkill',
  params: { tid: processOf('thread'), sig: signal({ zero: true }) },
  environment: ['EPERM', 'EAGAIN'],
  source: 'tkill(2); kernel/signal.c do_tkill()',
  rule(kernel, caller, { tid, sig }): Answer {
    if (tid <= 0) return fails('EINVAL')
    if (!kernel.threads.has(tid)) return fails('ESRCH')
    if (sig < 0 || sig > SIGNAL_MAX) return fails('EINVAL')
    if (sig === 0) return succeeds(0)
    return succeeds(0, (k) => k.fn.sendToThread(k, tid, { signal: sig, code: 'SI_TKILL', pid: caller.pid }))
  },
})

/** A write at a place of the caller's choosing; the offset stays. Source: pwrite(2). */
const pwrite64 = defineSyscall({
  name: 'pwrite64',
  params: { fd: fd(), buf: ignored, count: int(), offset: int() },
  environment: ERRNOS,
  source: 'pwrite(2); fs/read_write.c ksys_pwrite64()',
  rule(kernel, caller, { fd, count, offset }): Answer {
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined || !mayWrite(description.access)) return fails('EBADF')
    if (description.kind === 'pipe' || description.kind === 'terminal' || description.kind === 'socket')
      return fails('ESPIPE')
    if (description.kind !== 'file') return harmless(`pwrite64 to a ${description.kind} file`)
    if (description.append || offset < 0 || count === 0)
      return harmless('pwrite64', (k) => forgetFile(k, caller.tid, fd))
    return succeeds(count, (k) => k.fn.writeBytes(k, description.inode, offset, '', count))
  },
})

/** Longer than any alarm whose rest is judged. */
const SOME_TIME = 1 << 30

/** A timer that is the same as alarm's. Source: setitimer(2); kernel/time/itimer.c. */
const setitimer = defineSyscall({
  name: 'setitimer',
  params: { which: constant('ITIMER_REAL'), value: ignored },
  environment: ERRNOS,
  source: 'setitimer(2); kernel/time/itimer.c',
  rule: (_kernel, { pid }) => harmless('a timer', (k) => void (k.processes.edit(pid).alarm = SOME_TIME)),
})

const truncate = defineSyscall({
  name: 'truncate',
  params: { path: path('file') },
  environment: ERRNOS,
  source: 'truncate(2)',
  rule: (kernel, _caller, { path }) => {
    const inode = kernel.fn.lookupName(kernel, path)
    return harmless('a file is cut by its name', (k) => {
      for (const id of inode === undefined ? [] : k.descriptions.ids((row) => row.inode === inode))
        k.descriptions.edit(id).kind = 'opaque'
      if (inode !== undefined && k.inodes.at(inode).kind === 'regular') k.inodes.edit(inode).kind = 'opaque'
    })
  },
})

/** By whence of another kind the offset goes where data, or a hole, begins. Source: lseek(2). */
const lseek = defineSyscall({
  name: 'lseek',
  params: { fd: fd(), offset: ignored, whence: ignored },
  environment: ERRNOS,
  source: 'lseek(2)',
  rule(kernel, caller, { fd }): Answer {
    if (kernel.fn.describedBy(kernel, caller, fd) === 0) return fails('EBADF')
    return harmless('data and holes', (k) => forgetFile(k, caller.tid, fd))
  },
})

/**
 * What is no longer shared. Whoever leaves a list of semaphore adjustments as its last user has them applied, set for set,
 * as at its death; a new IPC namespace leaves the list too. Source: unshare(2); kernel/fork.c ksys_unshare(), ipc/sem.c exit_sem().
 */
const unshare = defineSyscall({
  name: 'unshare',
  params: {
    flags: someFlags(
      'CLONE_FILES',
      'CLONE_FS',
      'CLONE_SYSVSEM',
      'CLONE_NEWNS',
      'CLONE_NEWIPC',
      'CLONE_THREAD',
      'CLONE_VM',
    ),
  },
  environment: ERRNOS,
  source: 'unshare(2); kernel/fork.c ksys_unshare()',
  rule(_kernel, caller, { flags }): Answer {
    if (caller.undo !== 0 && (flags.has('CLONE_SYSVSEM') || flags.has('CLONE_NEWIPC'))) {
      return [{ result: 0, goesOn: 'awake', effect: (k) => void k.fn.exitSem(k, caller.tid) }]
    }
    return succeeds(0, (k) => {
      if (flags.has('CLONE_FILES')) k.fn.unshareFiles(k, caller.tid)
      if (flags.has('CLONE_FS') || flags.has('CLONE_NEWNS')) leaveFs(k, caller.tid)
      if (flags.has('CLONE_NEWNS')) forgetNames(k)
    })
  },
})

const CHANGED_MODES = [
  'TCSETS',
  'TCSETSW',
  'TCSETSF',
  'TCSETS2',
  'TCSETSW2',
  'TCSETSF2',
  'TCSETA',
  'TCSETAW',
  'TCSETAF',
]

/** An id is set, of which only that it may take the parent-death signal away is followed. Source: kernel/cred.c commit_creds(). */
const credentialChange = (name: string): Syscall =>
  defineSyscall({
    name,
    params: {},
    environment: ERRNOS,
    source: `${name}(2); kernel/cred.c commit_creds()`,
    rule(_kernel, { tid, parentDeathSignal }: Readonly<Thread>): Answer {
      if (parentDeathSignal === 0) return harmless('credentials')
      return [{ result: 0 }, { result: 0, effect: (k: Kernel) => void (k.threads.edit(tid).parentDeathSignal = 0) }]
    },
  })

/** Calls about processes, where these are none of the capture's. */
const ABOUT_OTHERS = [
  ...['kill', 'tgkill', 'tkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo', 'getpgid', 'getsid', 'setpgid', 'prlimit64'],
  ...['wait4', 'waitid'],
]

const aboutOthers = (name: string): Syscall =>
  defineSyscall({
    name,
    params: {},
    interrupted: 'ERESTARTSYS',
    environment: ERRNOS,
    source: `${name}(2)`,
    rule: () => harmless(`${name} is about processes outside the capture`),
  })

const callsAboutOthers: ReadonlySet<Syscall> = new Set(ABOUT_OTHERS.map(aboutOthers))

/** Whether this form of a call that sends a signal is for processes outside the capture alone. */
export const isSentToOthers = (syscall: Syscall): boolean =>
  callsAboutOthers.has(syscall) && /^(kill|tkill|tgkill|rt_)/.test(syscall.name)

/** Calls after which the process may see what the model does not tell; the check asks for them by name. */
const watched = (name: string, form?: string): Syscall =>
  defineSyscall({
    name,
    ...(form !== undefined && { form }),
    params: form === undefined ? {} : { option: constant(form) },
    interrupted: 'ERESTARTSYS',
    environment: ERRNOS,
    source: `${name}(2)`,
    rule: () => harmless(`what ${name} leads to`),
  })

/** Whether a call of that name moves bytes between files that are no longer followed. */
export const movesBytes = (name: string): boolean =>
  /^(sendfile|copy_file_range|splice|tee|vmsplice|sendto|send|recvfrom|recv)$/.test(name)

export const unfollowedCalls: readonly Syscall[] = [
  mover('sendfile', { to: fd(), from: fd() }, { from: 'from', to: 'to' }),
  mover('copy_file_range', { from: fd(), off: ignored, to: fd() }, { from: 'from', to: 'to' }),
  mover('splice', { from: fd(), off: ignored, to: fd() }, { from: 'from', to: 'to' }),
  mover('tee', { from: fd(), to: fd() }, { from: 'from', to: 'to' }),
  mover('vmsplice', { to: fd() }, { to: 'to' }),
  mover('fallocate', { to: fd() }, { to: 'to' }),
  sleeperWithMask('ppoll', { fds: ignored, nfds: ignored, timeout: ignored, sigmask: signalSet() }, 'ERESTARTNOHAND'),
  sleeperWithMask(
    'pselect6',
    { n: ignored, in: ignored, out: ignored, ex: ignored, timeout: ignored, sigmask: signalSet() },
    'ERESTARTNOHAND',
  ),
  sleeperWithMask(
    'epoll_pwait',
    { fd: ignored, events: ignored, n: ignored, ms: ignored, sigmask: signalSet() },
    'EINTR',
  ),
  sleeperWithMask(
    'epoll_pwait2',
    { fd: ignored, events: ignored, n: ignored, ms: ignored, sigmask: signalSet() },
    'EINTR',
  ),
  renamer('renameat', { from: ignored, old: path('file'), to: ignored, new: path('file') }, 'old', 'new'),
  renamer('renameat2', { from: ignored, old: path('file'), to: ignored, new: path('file') }, 'old', 'new'),
  renamer('linkat', { from: ignored, old: path('file'), to: ignored, new: path('file') }, 'new'),
  renamer('symlink', { target: ignored, new: path('file') }, 'new'),
  renamer('symlinkat', { target: ignored, to: ignored, new: path('file') }, 'new'),
  ...['chroot', 'pivot_root', 'mount', 'umount2', 'move_mount', 'open_by_handle_at', 'setns'].map(treeChange),
  chdir,
  ...['chdir', 'fchdir'].map(goesSomewhere),
  nameChange('mkdir', { path: path('file') }),
  nameChange('rmdir', { path: path('file') }),
  nameChange('mkdirat', { from: ignored, path: path('file') }),
  nameChange('unlinkat', { from: ignored, path: path('file') }),
  nameChange('mknodat', { from: ignored, path: path('file') }),
  nameChange('mknod', { path: path('file') }),
  lseek,
  ...CHANGED_MODES.map(modeChange),
  modeChange('TIOCSTI'),
  modeChange('TCFLSH'),
  modeChange('TCXONC'),
  modeChange('TIOCSETD'),
  modeChange('TIOCPKT'),
  closeOnExec('FIOCLEX', true),
  closeOnExec('FIONCLEX', false),
  TIOCGPTPEER,
  FIONBIO,
  F_SETPIPE_SZ,
  setsockopt,
  ...['writev', 'pwritev', 'pwritev2', 'sendto', 'send'].map((name) => mover(name, { to: fd() }, { to: 'to' })),
  ...['readv', 'preadv', 'preadv2', 'recvfrom', 'recv'].map((name) => mover(name, { from: fd() }, { from: 'from' })),
  watched('seccomp'),
  watched('prctl', 'PR_SET_SECCOMP'),
  watched('io_uring_enter'),
  watched('io_submit'),
  tkill,
  pwrite64,
  setitimer,
  truncate,
  unshare,
  ...callsAboutOthers,
  ...['setgroups', 'setfsuid', 'setfsgid', 'capset'].map(credentialChange),
]
