import { boxed, constant, fd, int, out, processOf } from '../params.ts'
import type { Errno } from '../errno.ts'
import type { Kernel } from '../kernel.ts'
import { SIGTTOU } from '../signals.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer } from '../syscall.ts'

interface Side {
  /** The pair, by id. */
  readonly terminal: number
  readonly master: boolean
  readonly readable: boolean
}

/**
 * The terminal behind a descriptor, or why there is none. A slave that hung up answers everything with `hungUp`.
 * Errors: EBADF; ENOTTY, another kind of file.
 * Source: ioctl(2); fs/ioctl.c, drivers/tty/tty_io.c tty_ioctl(), hung_up_tty_ioctl().
 */
function sideOf(kernel: Kernel, caller: Readonly<Thread>, fd: number, hungUp: Errno): Side | Answer {
  const description = kernel.fn.lookupFd(kernel, caller, fd)
  if (description === undefined || description.access === 'O_PATH') return fails('EBADF')
  if (description.kind === 'opaque')
    return { undecided: 'ioctl on a file that the model does not know', harmless: true, never: 'EBADF' }
  const terminal = kernel.fn.terminalOf(kernel, description)
  if (terminal === undefined) return fails('ENOTTY')
  const master = description.kind === 'terminal-master'
  if (!master && kernel.terminals.at(terminal).state === 'hung-up') return fails(hungUp)
  return { terminal, master, readable: description.access !== 'O_WRONLY' }
}

const isSide = (found: Side | Answer): found is Side => 'terminal' in found

/**
 * Make the terminal the controlling one of the caller's session. From another session a privileged caller may steal it,
 * with 1 as the argument; whether the caller is privileged is not known.
 * Errors: EBADF, ENOTTY; EPERM, not a session leader, it has another terminal, or another session has this one.
 * Source: ioctl_tty(2); drivers/tty/tty_jobctrl.c tiocsctty().
 */
const TIOCSCTTY = defineSyscall({
  name: 'ioctl',
  form: 'TIOCSCTTY',
  params: { fd: fd(), request: constant('TIOCSCTTY'), arg: int(0, 1) },
  errors: ['EBADF', 'EIO', 'ENOTTY', 'EPERM'],
  source: 'ioctl_tty(2); drivers/tty/tty_jobctrl.c tiocsctty()',
  rule(kernel, caller, { fd, arg }) {
    const side = sideOf(kernel, caller, fd, 'EIO')
    if (!isSide(side)) return side
    const { pid, session, terminal: own } = kernel.processOf(caller)
    const { session: owner } = kernel.terminals.at(side.terminal)
    const leads = kernel.fn.isSessionLeader(kernel, pid)
    if (leads && owner === session) return succeeds(0)
    if (!leads || own !== 0) return fails('EPERM')
    if (owner !== 0 && arg !== 1) return fails('EPERM')
    const acquired = succeeds(0, (k) => k.fn.takeTerminal(k, pid, side.terminal))
    return owner !== 0 || !side.readable ? [...acquired, { result: 'EPERM' }] : acquired
  },
})

/**
 * Give up the controlling terminal: a session leader for its whole session, and with SIGHUP and SIGCONT to the foreground
 * group; any other process for itself alone.
 * Errors: EBADF; ENOTTY, it is not the caller's controlling terminal, as a master never is.
 * Source: ioctl_tty(2); drivers/tty/tty_jobctrl.c no_tty().
 */
const TIOCNOTTY = defineSyscall({
  name: 'ioctl',
  form: 'TIOCNOTTY',
  params: { fd: fd(), request: constant('TIOCNOTTY') },
  errors: ['EBADF', 'EIO', 'ENOTTY'],
  source: 'ioctl_tty(2); drivers/tty/tty_jobctrl.c no_tty()',
  rule(kernel, caller, { fd }) {
    const side = sideOf(kernel, caller, fd, 'EIO')
    if (!isSide(side)) return side
    if (side.master || kernel.processOf(caller).terminal !== side.terminal) return fails('ENOTTY')
    return succeeds(0, (k) => k.fn.noTty(k, caller.pid))
  },
})

/**
 * The foreground process group, which may be gone; 0 from a master whose slave controls no session.
 * Errors: EBADF; ENOTTY, the slave is not the caller's controlling terminal.
 * Source: ioctl_tty(2), tcgetpgrp(3); drivers/tty/tty_jobctrl.c tiocgpgrp().
 */
const TIOCGPGRP = defineSyscall({
  name: 'ioctl',
  form: 'TIOCGPGRP',
  params: { fd: fd(), request: constant('TIOCGPGRP'), pgrp: out('group') },
  errors: ['EBADF', 'EIO', 'ENOTTY'],
  source: 'ioctl_tty(2); drivers/tty/tty_jobctrl.c tiocgpgrp()',
  rule(kernel, caller, { fd }) {
    const side = sideOf(kernel, caller, fd, 'EIO')
    if (!isSide(side)) return side
    if (!side.master && kernel.processOf(caller).terminal !== side.terminal) return fails('ENOTTY')
    return succeeds(0, undefined, { pgrp: kernel.terminals.at(side.terminal).foreground })
  },
})

/**
 * Set the foreground process group of the caller's controlling terminal. Any process of the session will do for a name,
 * even if no group bears it. A background caller draws SIGTTOU, unless it blocks or ignores that.
 * Errors: EBADF; ENOTTY, not the caller's controlling terminal, or a background group that is orphaned; EINVAL, negative;
 * ESRCH, no such process or group; EPERM, of another session. EINVAL comes before the ENOTTY of another's terminal.
 * Source: tcsetpgrp(3), ioctl_tty(2); drivers/tty/tty_jobctrl.c tiocspgrp(), session_of_pgrp().
 */
const TIOCSPGRP = defineSyscall({
  name: 'ioctl',
  form: 'TIOCSPGRP',
  params: { fd: fd(), request: constant('TIOCSPGRP'), pgrp: boxed(processOf('group')) },
  interrupted: 'ERESTARTSYS',
  sleeps: false,
  errors: ['EBADF', 'EINVAL', 'ENOTTY', 'EPERM', 'ESRCH'],
  source: 'tcsetpgrp(3); drivers/tty/tty_jobctrl.c tiocspgrp()',
  rule(kernel, caller, { fd, pgrp }) {
    const side = sideOf(kernel, caller, fd, 'ENOTTY')
    if (!isSide(side)) return side
    const check = kernel.fn.ttyCheckChange(kernel, caller, side.terminal, SIGTTOU)
    if (check === 'EIO') return fails('ENOTTY')
    if (check === 'stop') return kernel.fn.stopBackground(caller, SIGTTOU)
    if (pgrp < 0) return fails('EINVAL')
    const { terminal, session } = kernel.processOf(caller)
    if (terminal !== side.terminal || kernel.terminals.at(terminal).session !== session) return fails('ENOTTY')
    if (!kernel.fn.isNumberInUse(kernel, pgrp)) return fails('ESRCH')
    if (kernel.fn.sessionOfGroup(kernel, pgrp) !== session) return fails('EPERM')
    return succeeds(0, (k) => k.fn.setForeground(k, terminal, pgrp))
  },
})

/**
 * The session that the terminal controls.
 * Errors: EBADF; ENOTTY, it controls none, or, asked by the slave, not the caller's.
 * Source: ioctl_tty(2), tcgetsid(3); drivers/tty/tty_jobctrl.c tiocgsid().
 */
const TIOCGSID = defineSyscall({
  name: 'ioctl',
  form: 'TIOCGSID',
  params: { fd: fd(), request: constant('TIOCGSID'), session: out('group') },
  errors: ['EBADF', 'EIO', 'ENOTTY'],
  source: 'ioctl_tty(2); drivers/tty/tty_jobctrl.c tiocgsid()',
  rule(kernel, caller, { fd }) {
    const side = sideOf(kernel, caller, fd, 'EIO')
    if (!isSide(side)) return side
    if (!side.master && kernel.processOf(caller).terminal !== side.terminal) return fails('ENOTTY')
    const { session } = kernel.terminals.at(side.terminal)
    return session === 0 ? fails('ENOTTY') : succeeds(0, undefined, { session })
  },
})

/**
 * Lock or unlock the slave of a master: a locked one cannot be opened.
 * Errors: EBADF; ENOTTY, no master.
 * Source: ioctl_tty(2), unlockpt(3); drivers/tty/pty.c pty_set_lock().
 */
const TIOCSPTLCK = defineSyscall({
  name: 'ioctl',
  form: 'TIOCSPTLCK',
  params: { fd: fd(), request: constant('TIOCSPTLCK'), lock: boxed(int(0, 1)) },
  errors: ['EBADF', 'EIO', 'ENOTTY'],
  source: 'ioctl_tty(2); drivers/tty/pty.c pty_set_lock()',
  rule(kernel, caller, { fd, lock }) {
    const side = sideOf(kernel, caller, fd, 'EIO')
    if (!isSide(side)) return side
    if (!side.master) return fails('ENOTTY')
    return succeeds(0, (k) => void (k.terminals.edit(side.terminal).locked = lock !== 0))
  },
})

/**
 * The number of a master's slave; whatever a trace shows, since others may have pseudo-terminals too.
 * Errors: EBADF; ENOTTY, no master.
 * Source: ioctl_tty(2), ptsname(3); drivers/tty/pty.c pty_unix98_ioctl().
 */
const TIOCGPTN = defineSyscall({
  name: 'ioctl',
  form: 'TIOCGPTN',
  params: { fd: fd(), request: constant('TIOCGPTN'), number: out('number') },
  errors: ['EBADF', 'EIO', 'ENOTTY'],
  source: 'ioctl_tty(2); drivers/tty/pty.c pty_unix98_ioctl()',
  rule(kernel, caller, { fd }, given) {
    const side = sideOf(kernel, caller, fd, 'EIO')
    if (!isSide(side)) return side
    if (!side.master) return fails('ENOTTY')
    const { number } = kernel.terminals.at(side.terminal)
    if (given === undefined || given === number) return succeeds(0, undefined, { number })
    return succeeds(0, (k) => k.fn.renumber(k, side.terminal, given), { number: given })
  },
})

/** The requests of ioctl that concern job control and pseudo-terminals. */
export const ioctl = [TIOCSCTTY, TIOCNOTTY, TIOCGPGRP, TIOCSPGRP, TIOCGSID, TIOCSPTLCK, TIOCGPTN]
