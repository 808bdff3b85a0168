import type { Kernel } from '../kernel.ts'
import type { AccessMode } from '../state/open-files.ts'
import type { Thread } from '../state/threads.ts'
import { fails, isBlocked, isUndecided, succeeds, type Answer, type Outcome } from '../syscall.ts'
import type { Opening } from './fifos.ts'
import { surprises } from './names.ts'
import { isHolding } from './unfinished-calls.ts'

/** Bits that F_GETFL shows. Source: include/uapi/asm-generic/fcntl.h. */
const SHOWN: Readonly<Record<string, number>> = {
  O_DIRECTORY: 0o200000,
  O_NOFOLLOW: 0o400000,
  O_TMPFILE: 0o20200000,
}
/** Set by every open(2) of a 64-bit kernel. Source: fs/open.c force_o_largefile(). */
export const O_LARGEFILE = 0o100000
const O_PATH = 0o10000000

const accessOf = (flags: ReadonlySet<string>): AccessMode => {
  if (flags.has('O_PATH')) return 'O_PATH'
  return flags.has('O_RDWR') ? 'O_RDWR' : flags.has('O_WRONLY') ? 'O_WRONLY' : 'O_RDONLY'
}

function openingOf(flags: ReadonlySet<string>): Opening {
  const access = accessOf(flags)
  let openFlags = access === 'O_PATH' ? O_PATH : O_LARGEFILE
  for (const flag of flags) openFlags |= SHOWN[flag] ?? 0
  const follows = access !== 'O_PATH'
  return { access, openFlags, append: follows && flags.has('O_APPEND'), nonblock: follows && flags.has('O_NONBLOCK') }
}

/** O_PATH beats every other flag but these. Source: open(2); fs/open.c build_open_how(). */
function effective(flags: ReadonlySet<string>): ReadonlySet<string> {
  if (!flags.has('O_PATH')) return flags
  const kept = ['O_PATH', 'O_CLOEXEC', 'O_DIRECTORY', 'O_NOFOLLOW'].filter((flag) => flags.has(flag))
  return new Set(flags.has('O_TMPFILE') ? [...kept, 'O_DIRECTORY'] : kept)
}

/**
 * Open a file: the flags are judged, then a descriptor is taken, then the path is followed.
 * Source: open(2); fs/open.c do_sys_openat2(), fs/namei.c path_openat().
 */
export function doOpen(kernel: Kernel, caller: Readonly<Thread>, path: string, words: ReadonlySet<string>): Answer {
  const flags = effective(words)
  if (flags.has('O_WRONLY') && flags.has('O_RDWR')) return { undecided: 'an access mode of both O_WRONLY and O_RDWR' }
  if (flags.has('O_TMPFILE') && accessOf(flags) === 'O_RDONLY') return fails('EINVAL')
  if (flags.has('O_CREAT') && (flags.has('O_DIRECTORY') || flags.has('O_TMPFILE'))) return fails('EINVAL')
  if (path === '') return fails('ENOENT')
  if (isHolding(caller)) return kernel.fn.fifoOpened(kernel, caller, flags.has('O_CLOEXEC'))
  const fd = kernel.fn.numberFor(kernel, caller)
  if (!kernel.fn.hasRoomFor(kernel, caller, fd)) return fails('EMFILE')
  return kernel.fn.promising(kernel, caller, [fd], openPath(kernel, caller, path, flags, fd))
}

/** What comes of the path, once there is a descriptor. */
function openPath(
  kernel: Kernel,
  caller: Readonly<Thread>,
  path: string,
  flags: ReadonlySet<string>,
  fd: number,
): Answer {
  if (kernel.fn.isTerminalPath(path)) return kernel.fn.ttyOpen(kernel, caller, path, flags, fd)
  const open = kernel.fn.inodeOfMagicLink(kernel, caller, path)
  if (open !== undefined) return openAgain(kernel, caller, path, open, flags, fd)
  const inode = kernel.fn.lookupName(kernel, path)
  if (!kernel.fn.isAnybodys(kernel, path)) return openName(kernel, caller, path, inode, flags, fd)
  if (inode === undefined || kernel.inodes.at(inode).kind === 'opaque')
    return openStrange(kernel, caller, path, inode, flags, fd)
  const answer = openName(kernel, caller, path, inode, flags, fd)
  return isBlocked(answer) || isUndecided(answer) ? answer : [...answer, { result: 'ENOENT' }]
}

/**
 * What is open already is opened once more, by a magic link to it: a pipe gets one more end without waiting for the other
 * side, a socket cannot be opened. Source: proc(5) /proc/pid/fd; fs/pipe.c fifo_open(), drivers/tty/pty.c
 * pty_open(), net/socket.c sock_no_open().
 */
function openAgain(
  kernel: Kernel,
  caller: Readonly<Thread>,
  path: string,
  inode: number,
  flags: ReadonlySet<string>,
  fd: number,
): Answer {
  const { kind, object } = kernel.inodes.at(inode)
  const opening = openingOf(flags)
  if (flags.has('O_CREAT') && flags.has('O_EXCL')) return fails('EEXIST')
  if (opening.access === 'O_PATH') return openStrange(kernel, caller, path, undefined, flags, fd)
  if (flags.has('O_NOFOLLOW')) return fails('ELOOP')
  const mayBeDirectory = kind === 'directory' || kind === 'opaque'
  if (!mayBeDirectory && (flags.has('O_DIRECTORY') || flags.has('O_TMPFILE'))) return fails('ENOTDIR')
  switch (kind) {
    case 'pipe':
      return succeeds(fd, (k) => {
        const { access, append, nonblock, openFlags } = opening
        const fields = { kind: 'pipe', inode, access, append, nonblock, openFlags } as const
        const end = k.fn.newPipeEnd(k, caller.pid, fields)
        k.fn.installFd(k, caller.tid, end, flags.has('O_CLOEXEC'))
      })
    case 'regular':
    case 'fifo':
      return openName(kernel, caller, path, inode, flags, fd)
    case 'socket':
      return fails('ENXIO')
    case 'terminal':
      if (kernel.terminals.at(object).masters === 0) return fails('EIO')
      return kernel.fn.ttyOpen(kernel, caller, `/dev/pts/${kernel.terminals.at(object).number}`, flags, fd)
    case 'terminal-master':
      return kernel.fn.ttyOpen(kernel, caller, '/dev/ptmx', flags, fd)
    case 'directory':
    case 'message-queue':
    case 'opaque':
      return openStrange(kernel, caller, path, undefined, flags, fd)
  }
}

/** A name of which the model knows whether it exists. */
function openName(
  kernel: Kernel,
  caller: Readonly<Thread>,
  path: string,
  inode: number | undefined,
  flags: ReadonlySet<string>,
  fd: number,
): Answer {
  if (inode === undefined) {
    if (!flags.has('O_CREAT')) return fails('ENOENT')
    return succeeds(fd, (k) => k.fn.createAndOpen(k, caller, path, flags))
  }
  if (flags.has('O_CREAT') && flags.has('O_EXCL')) return fails('EEXIST')
  if (flags.has('O_DIRECTORY') || flags.has('O_TMPFILE')) return fails('ENOTDIR')
  const { kind } = kernel.inodes.at(inode)
  const opening = openingOf(flags)
  if (kind === 'fifo' && opening.access !== 'O_PATH')
    return kernel.fn.fifoOpen(kernel, caller, inode, opening, fd, flags.has('O_CLOEXEC'))
  if (kind === 'opaque')
    return [
      { result: fd, effect: (k) => k.fn.openFound(k, caller, path, inode, flags) },
      ...surprises('ENXIO', 'ENODEV'),
    ]
  if (kind !== 'regular' && kind !== 'fifo') return { undecided: `open of a ${kind} by its name` }
  return succeeds(fd, (k) => {
    if (flags.has('O_TRUNC') && k.inodes.at(inode).size > 0) k.fn.truncateFile(k, inode, 0)
    k.fn.openInode(k, caller, inode, flags)
  })
}

/** A name that may lead to whatever there is on the system, or nowhere. */
function openStrange(
  kernel: Kernel,
  caller: Readonly<Thread>,
  path: string,
  known: number | undefined,
  flags: ReadonlySet<string>,
  fd: number,
): readonly Outcome[] {
  const creates = flags.has('O_CREAT')
  const outcomes: Outcome[] = []
  if (flags.has('O_TMPFILE')) {
    outcomes.push({ result: fd, effect: (k) => k.fn.openUnnamed(k, caller, flags) })
  } else {
    const isMade = creates && (known === undefined || flags.has('O_EXCL') || kernel.fn.mayBeOld(path))
    if (isMade) outcomes.push({ result: fd, effect: (k) => k.fn.createAndOpen(k, caller, path, flags) })
    if (creates && flags.has('O_EXCL')) outcomes.push({ result: 'EEXIST' })
    else if (!isMade || kernel.fn.mayBeOld(path))
      outcomes.push({ result: fd, effect: (k) => k.fn.openFound(k, caller, path, known, flags) })
  }
  return [...outcomes, ...surprises('ENXIO', 'ENODEV')]
}

/** A new open file description of a file, at the lowest free descriptor. */
export function openInode(kernel: Kernel, caller: Readonly<Thread>, inode: number, flags: ReadonlySet<string>): void {
  const kind = kernel.inodes.at(inode).kind === 'opaque' ? 'opaque' : 'file'
  const { access, append, nonblock, openFlags } = openingOf(flags)
  const fields = { inode, kind, access, append, nonblock, openFlags } as const
  const description = kernel.fn.newDescription(kernel, caller.pid, fields)
  kernel.fn.installFd(kernel, caller.tid, description, flags.has('O_CLOEXEC'))
}

/** A new regular file under this name, in the place of what it may have led to before. */
export function createAndOpen(
  kernel: Kernel,
  caller: Readonly<Thread>,
  path: string,
  flags: ReadonlySet<string>,
): void {
  kernel.fn.unbindName(kernel, path)
  kernel.fn.openInode(kernel, caller, kernel.fn.createNamed(kernel, caller.pid, path, { kind: 'regular' }), flags)
}

/** A file without a name, gone with its last open file description. Source: open(2) O_TMPFILE. */
export function openUnnamed(kernel: Kernel, caller: Readonly<Thread>, flags: ReadonlySet<string>): void {
  kernel.fn.openInode(kernel, caller, kernel.fn.newInode(kernel, caller.pid, { kind: 'regular' }), flags)
}

/** Something that others have put there; the name leads to it from now on. */
export function openFound(
  kernel: Kernel,
  caller: Readonly<Thread>,
  path: string,
  known: number | undefined,
  flags: ReadonlySet<string>,
): void {
  const inode = known ?? kernel.fn.createNamed(kernel, caller.pid, path, { kind: 'opaque' })
  kernel.fn.openInode(kernel, caller, inode, flags)
}
