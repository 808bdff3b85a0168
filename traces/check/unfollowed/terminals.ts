import { ERRNOS } from '../../../model/errno.ts'
import { constant, fd, someFlags } from '../../../model/params.ts'
import { SIGTTOU } from '../../../model/signals.ts'
import { defineSyscall, fails, succeeds, type Answer, type Syscall } from '../../../model/syscall.ts'
import { forgetFile } from '../forget.ts'
import { installOpaque } from '../opaque-calls.ts'
import { harmless } from './harmless.ts'

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

/** Calls about terminals. */
export const terminalCalls: readonly Syscall[] = [
  ...CHANGED_MODES.map(modeChange),
  modeChange('TIOCSTI'),
  modeChange('TCFLSH'),
  modeChange('TCXONC'),
  modeChange('TIOCSETD'),
  modeChange('TIOCPKT'),
  TIOCGPTPEER,
]
