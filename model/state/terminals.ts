import type { TerminalState } from '../lifecycle/terminal.ts'
import type { Row } from './table.ts'

/** A pseudo-terminal pair, and what job control knows of its slave. Source: pty(7), ioctl_tty(2), credentials(7). */
export interface Terminal extends Row {
  state: TerminalState
  /** N of /dev/pts/N. */
  number: number
  /** The session it controls; 0 for none. */
  session: number
  /** Foreground process group; kept even when that group is gone; 0 for none. */
  foreground: number
  /** TOSTOP is set: output of background groups draws SIGTTOU. */
  stopOutput: boolean
  /** Open file descriptions of the slave and of the master. */
  slaves: number
  masters: number
  /** What its master opened; all masters that are open at a time share it. */
  masterInode: number
  /** The last of the slave's descriptions was closed, and none has been opened since (the master's TTY_OTHER_CLOSED). */
  slaveClosed: boolean
  /** An attempt to open the slave while it was locked failed, and none has succeeded since (the slave's TTY_IO_ERROR). */
  failed: boolean
  /** TIOCSPTLCK: the slave cannot be opened yet. */
  locked: boolean
  /** Bytes of each complete line written to the master and not yet read from the slave, and of the line in the making. */
  lines: readonly number[]
  partialLine: number
  /** Whether the counts of bytes are those of the real one; not any more once modes are changed or keys are typed. */
  followed: boolean
  /** Bytes that the master has to read: what the slave wrote, newlines counted twice (ONLCR), and the echo of its input. */
  output: number
  /**
   * Tids of the readers of either side that sleep: first the one whose turn it is (0 when it has just gone), who waits for
   * input, then those who wait for their turn, in its order.
   */
  slaveReaders: readonly number[]
  masterReaders: readonly number[]
}
