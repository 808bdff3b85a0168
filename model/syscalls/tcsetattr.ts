import { fd, flags } from '../params.ts'
import { SIGTTOU } from '../signals.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Set the attributes of a terminal, through either side; only TOSTOP is modelled: with it, output of background groups draws SIGTTOU,
 * as this call does from the background in any case.
 * Errors: EBADF; ENOTTY, no terminal; EIO, it hung up, or the caller's group is in the background and orphaned.
 * Source: tcsetattr(3), termios(3); drivers/tty/tty_ioctl.c set_termios().
 */
export const tcsetattr = defineSyscall({
  name: 'tcsetattr',
  params: { fd: fd(), c_lflag: flags('TOSTOP') },
  interrupted: 'ERESTARTSYS',
  sleeps: false,
  errors: ['EBADF', 'EIO', 'ENOTTY'],
  library: true,
  source: 'tcsetattr(3), termios(3); drivers/tty/tty_ioctl.c set_termios()',
  rule(kernel, caller, { fd, c_lflag }) {
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined || description.access === 'O_PATH') return fails('EBADF')
    if (description.kind === 'opaque') return { undecided: 'tcsetattr on a file that the model does not know' }
    const terminal = kernel.fn.terminalOf(kernel, description)
    if (terminal === undefined) return fails('ENOTTY')
    if (kernel.terminals.at(terminal).state === 'hung-up') return fails('EIO')
    const check = kernel.fn.ttyCheckChange(kernel, caller, terminal, SIGTTOU)
    if (check === 'EIO') return fails('EIO')
    if (check === 'stop') return kernel.fn.stopBackground(caller, SIGTTOU)
    return succeeds(0, (k) => void (k.terminals.edit(terminal).stopOutput = c_lflag.has('TOSTOP')))
  },
})
