import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { terminalChart } from '../lifecycle/terminal.ts'
import type { OpenFileDescription } from '../state/open-files.ts'
import type { Terminal } from '../state/terminals.ts'
import type { Thread } from '../state/threads.ts'
import { fails, succeeds, type Answer, type Outcome } from '../syscall.ts'
import { surprises } from './names.ts'
import { O_LARGEFILE } from './open.ts'
import { INIT } from './signals.ts'

const MULTIPLEXERS = ['/dev/ptmx', '/dev/pts/ptmx']
const SLAVES = '/dev/pts/'

/** Whether the path leads to a terminal, so that open(2) is `ttyOpen`. */
export const isTerminalPath = (path: string): boolean =>
  path === '/dev/tty' || MULTIPLEXERS.includes(path) || path.startsWith(SLAVES)

/** The name of a pseudo-terminal's slave. Source: ptsname(3). */
export const slavePath = (number: number): string => `${SLAVES}${number}`

/**
 * Open a terminal, for a path of `isTerminalPath`: /dev/ptmx makes a new pair and gives its master, /dev/pts/N is the
 * slave of one, /dev/tty the caller's controlling terminal. A session leader without one acquires the slave that it
 * opens for reading, if no session has it. `flags` are those of open(2), the access mode among them.
 *
 * Returns the descriptor `fd`. Errors: ENXIO, /dev/tty without a controlling terminal; EIO, the slave is locked;
 * ENOENT, the slave's master is gone; EEXIST; ENOTDIR.
 * Source: pty(7), tty(4), open(2); drivers/tty/tty_io.c tty_open(), drivers/tty/pty.c ptmx_open(), pty_open().
 */
export function ttyOpen(
  kernel: Kernel,
  caller: Readonly<Thread>,
  path: string,
  flags: ReadonlySet<string>,
  fd: number,
): Answer {
  if (flags.has('O_PATH')) return { undecided: 'O_PATH of a terminal' }
  if (MULTIPLEXERS.includes(path)) {
    return refusal(flags) ?? succeeds(fd, (k) => void k.fn.openMaster(k, caller.tid, flags))
  }
  const terminal = path === '/dev/tty' ? kernel.processOf(caller).terminal : slaveNamed(kernel, path)
  if (terminal === undefined) {
    if (!kernel.fn.isAnybodys(kernel, 'tty')) return { undecided: `${path} was made outside the model` }
    return [...opaqueOpened(caller, path, flags, fd), ...surprises('ENXIO', 'EIO')]
  }
  if (path !== '/dev/tty' && kernel.terminals.at(terminal).masters === 0) return fails('ENOENT')
  const refused = refusal(flags)
  if (refused !== undefined) return refused
  if (terminal === 0) return withoutTerminal(kernel, caller, flags, fd)
  if (kernel.terminals.at(terminal).locked) return [{ result: 'EIO', effect: (k) => k.fn.failOpen(k, terminal) }]
  return succeeds(fd, (k) => void k.fn.openSlave(k, caller.tid, terminal, flags))
}

/** A terminal of which the model knows nothing but the descriptor. */
const opaqueOpened = (
  caller: Readonly<Thread>,
  path: string,
  flags: ReadonlySet<string>,
  fd: number,
): readonly Outcome[] => succeeds(fd, (k) => k.fn.openFound(k, caller, path, undefined, flags))

/** The first session may have a terminal that was there before, where names may lead to what the model does not know. */
function withoutTerminal(kernel: Kernel, caller: Readonly<Thread>, flags: ReadonlySet<string>, fd: number): Answer {
  const inFirst = kernel.processOf(caller).session === INIT
  if (!inFirst || !kernel.fn.isAnybodys(kernel, 'tty')) return fails('ENXIO')
  return [...opaqueOpened(caller, '/dev/tty', flags, fd), ...fails('ENXIO')]
}

/** What open(2) says of any name that exists and is no directory. */
function refusal(flags: ReadonlySet<string>): Answer | undefined {
  if (flags.has('O_CREAT') && flags.has('O_EXCL')) return fails('EEXIST')
  return flags.has('O_DIRECTORY') || flags.has('O_TMPFILE') ? fails('ENOTDIR') : undefined
}

function slaveNamed(kernel: Kernel, path: string): number | undefined {
  return kernel.terminals.ids(({ number }) => slavePath(number) === path)[0]
}

/** Make a pair, and open its master at the lowest free descriptor, which it returns. */
export function openMaster(kernel: Kernel, tid: number, flags: ReadonlySet<string>): number {
  const description = kernel.fn.newMaster(kernel, tid, flags)
  return kernel.fn.installFd(kernel, tid, description, flags.has('O_CLOEXEC'))
}

/**
 * Make a pair, its slave locked; returns the open file description of the master. The slave bears the lowest number that
 * is free. Source: pty(7); drivers/tty/pty.c ptmx_open(), fs/devpts/inode.c devpts_new_index().
 */
export function newMaster(kernel: Kernel, tid: number, flags: ReadonlySet<string>): number {
  const { pid } = kernel.threads.at(tid)
  const taken = new Set<number>()
  kernel.terminals.forEach(({ number }) => taken.add(number))
  let number = 0
  while (taken.has(number)) number++
  const inode = masterInode(kernel, pid)
  const terminal = kernel.terminals.add(pid, () => ({
    state: terminalChart.initial,
    number,
    session: 0,
    foreground: 0,
    stopOutput: false,
    slaves: 0,
    masters: 1,
    masterInode: inode,
    slaveClosed: false,
    failed: false,
    locked: true,
    lines: [],
    partialLine: 0,
    followed: true,
    output: 0,
    slaveReaders: [],
    masterReaders: [],
  }))
  const slave = kernel.fn.newInode(kernel, pid, { kind: 'terminal', links: 1, object: terminal })
  kernel.names.set(slavePath(number), slave)
  return describe(kernel, tid, terminal, inode, 'terminal-master', flags)
}

/**
 * Every master is opened by one name, and so is one file: record locks and flocks of different masters conflict.
 * Source: ptmx(4); fs/devpts/inode.c mknod_ptmx().
 */
function masterInode(kernel: Kernel, pid: number): number {
  const other = kernel.terminals.rows().find(({ masters }) => masters > 0)
  return other?.masterInode ?? kernel.fn.newInode(kernel, pid, { kind: 'terminal-master' })
}

/** An open that fails leaves the slave unusable for all until one succeeds. Source: drivers/tty/pty.c pty_open(). */
export function failOpen(kernel: Kernel, terminal: number): void {
  kernel.terminals.edit(terminal).failed = true
}

/** Open a slave whose master is there. Source: drivers/tty/pty.c pty_open(); drivers/tty/tty_jobctrl.c tty_open_proc_set_tty(). */
export function openSlave(kernel: Kernel, tid: number, terminal: number, flags: ReadonlySet<string>): number {
  const row = kernel.terminals.edit(terminal)
  row.slaves++
  row.slaveClosed = false
  row.failed = false
  const readable = !flags.has('O_WRONLY')
  if (readable && !flags.has('O_NOCTTY') && kernel.fn.mayAcquire(kernel, kernel.threads.at(tid).pid, terminal)) {
    kernel.fn.acquireTerminal(kernel, kernel.threads.at(tid).pid, terminal)
  }
  const inode = kernel.names.get(slavePath(row.number))!
  const description = describe(kernel, tid, terminal, inode, 'terminal', flags)
  return kernel.fn.installFd(kernel, tid, description, flags.has('O_CLOEXEC'))
}

function describe(
  kernel: Kernel,
  tid: number,
  terminal: number,
  inode: number,
  kind: 'terminal' | 'terminal-master',
  flags: ReadonlySet<string>,
): number {
  const access = flags.has('O_RDWR') ? 'O_RDWR' : flags.has('O_WRONLY') ? 'O_WRONLY' : 'O_RDONLY'
  const nonblock = flags.has('O_NONBLOCK')
  // TIOCGPTPEER opens the slave without following its path, and so without what open(2) adds.
  const openFlags = flags.has('TIOCGPTPEER') ? 0 : O_LARGEFILE
  const fields = { inode, access, kind, nonblock, openFlags, terminal } as const
  return kernel.fn.newDescription(kernel, kernel.threads.at(tid).pid, fields)
}

/** The slave bears another number than the model gave it; whoever had that one takes this one's. */
export function renumber(kernel: Kernel, terminal: number, number: number): void {
  const before = kernel.terminals.at(terminal).number
  const other = slaveNamed(kernel, slavePath(number))
  const [mine, its] = [slavePath(before), slavePath(number)].map((path) => kernel.names.get(path))
  kernel.names.delete(slavePath(before))
  kernel.terminals.edit(terminal).number = number
  if (mine !== undefined) kernel.names.set(slavePath(number), mine)
  if (other !== undefined) kernel.terminals.edit(other).number = before
  if (its !== undefined) kernel.names.set(slavePath(before), its)
}

/** The terminal behind an open file description, whichever side it is; undefined for any other file. */
export function terminalOf(_kernel: Kernel, { terminal }: Readonly<OpenFileDescription>): number | undefined {
  return terminal === 0 ? undefined : terminal
}

/**
 * An open file description of a slave or of a master is gone. The master's hangs up the slave; the slave's last one
 * leaves the session its terminal while the master lives.
 * Source: pty(7); drivers/tty/tty_io.c tty_release(), drivers/tty/pty.c pty_close().
 */
export function ttyRelease(kernel: Kernel, description: Readonly<OpenFileDescription>): void {
  const id = kernel.fn.terminalOf(kernel, description)!
  if (description.kind === 'terminal-master') kernel.fn.masterClosed(kernel, id)
  else kernel.fn.slaveClosed(kernel, id)
  const row = kernel.terminals.edit(id)
  if (row.masters > 0 || row.slaves > 0) return
  row.state = advance(terminalChart, row.state, 'LAST_CLOSE')
  kernel.terminals.remove(id)
}

export function slaveClosed(kernel: Kernel, terminal: number): void {
  const row = kernel.terminals.edit(terminal)
  row.slaves--
  if (row.slaves === 0 && !row.failed) row.slaveClosed = true
}

export function masterClosed(kernel: Kernel, terminal: number): void {
  const row = kernel.terminals.edit(terminal)
  row.masters--
  dropName(kernel, row)
  kernel.fn.hangUp(kernel, terminal)
}

/** The slave's name goes with its master. Source: pty(7); fs/devpts/inode.c devpts_pty_kill(). */
function dropName(kernel: Kernel, { number }: Readonly<Terminal>): void {
  const path = slavePath(number)
  const inode = kernel.names.get(path)!
  kernel.names.delete(path)
  const row = kernel.inodes.edit(inode)
  row.links--
  if (row.links === 0 && row.users === 0) kernel.inodes.remove(inode)
}
