import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type TerminalEvent = 'ACQUIRE' | 'STEAL' | 'SET_FOREGROUND' | 'DISASSOCIATE' | 'HANGUP' | 'REOPEN' | 'LAST_CLOSE'

/**
 * A terminal: `free` belongs to no session, `controlling` is the controlling terminal of one.
 *
 * ACQUIRE is a session leader's open or TIOCSCTTY and makes the leader's process group the foreground one; only in
 * `controlling` is there a foreground group to set (tcsetpgrp). STEAL hands the terminal from session to session.
 * DISASSOCIATE is the leader's TIOCNOTTY, or its exit if this is a pseudo-terminal; its exit hangs up a real one.
 * HANGUP is also vhangup(2) and the last close of a pseudo-terminal's master; a second one changes nothing. Descriptors
 * of a hung up terminal stay dead, but a real terminal, or one whose master lives, can be opened anew (REOPEN).
 * Source: ioctl_tty(2), credentials(7), vhangup(2); drivers/tty/tty_jobctrl.c disassociate_ctty(), tiocsctty(),
 * drivers/tty/tty_io.c __tty_hangup(), tty_open(), tty_release().
 */
const terminal = setup({ types: typed<TerminalEvent>() }).createMachine({
  id: 'terminal',
  initial: 'free',
  states: {
    free: { on: { ACQUIRE: 'controlling', HANGUP: 'hung-up', LAST_CLOSE: 'released' } },
    controlling: {
      on: {
        STEAL: 'controlling',
        SET_FOREGROUND: 'controlling',
        DISASSOCIATE: 'free',
        HANGUP: 'hung-up',
        LAST_CLOSE: 'released',
      },
    },
    'hung-up': { on: { HANGUP: 'hung-up', REOPEN: 'free', LAST_CLOSE: 'released' } },
    released: { type: 'final' },
  },
})

export const terminalChart = compile(terminal)
export type TerminalState = StateOf<typeof terminalChart>
