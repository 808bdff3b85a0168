import type { TerminalState } from '../lifecycle/terminal.ts'
import type { Row } from './table.ts'

/** The slave side of a pseudo-terminal pair, and what job control knows of it. Source: ioctl_tty(2), credentials(7). */
export interface Terminal extends Row {
  state: TerminalState
  /** The session it controls; 0 for none. */
  session: number
  /** Foreground process group; kept even when that group is gone; 0 for none. */
  foreground: number
  /** TOSTOP is set: output of background groups draws SIGTTOU. */
  stopOutput: boolean
  /** Open file descriptions of the slave and of the master. */
  slaves: number
  masters: number
  /** TIOCSPTLCK: the slave cannot be opened yet. */
  locked: boolean
  /** Bytes written to the master and not yet read from the slave, and the other way. */
  input: number
  output: number
}
