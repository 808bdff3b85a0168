import type { Kernel } from '../kernel.ts'
import type { OpenFileDescription } from '../state/open-files.ts'

/** An open file description of a terminal, or of its master, is gone. Source: drivers/tty/tty_io.c tty_release(). */
export function ttyRelease(_kernel: Kernel, _description: Readonly<OpenFileDescription>): void {}

/** What the death of a session leader does to its terminal. Source: drivers/tty/tty_jobctrl.c disassociate_ctty(). */
export function disassociateCtty(_kernel: Kernel, _tid: number): void {}
