import type { ExitPhase } from '../rules.ts'
import { disassociateCtty } from './disassociate-ctty.ts'
import { exitFiles } from './exit-files.ts'
import { exitFs } from './exit-fs.ts'
import { exitItimers } from './exit-itimers.ts'
import { exitMm } from './exit-mm.ts'
import { exitNotify } from './exit-notify.ts'
import { exitSem } from './exit-sem.ts'
import { exitShm } from './exit-shm.ts'
import { exitSignals } from './exit-signals.ts'
import { exitTaskWork } from './exit-task-work.ts'

/**
 * The phases of a thread's death, in the kernel's order. Between any two others may look, so each is a step of its own.
 * Source: kernel/exit.c do_exit().
 */
export const doExit: readonly ExitPhase[] = [
  exitSignals,
  exitItimers,
  exitMm,
  exitSem,
  exitShm,
  exitFiles,
  exitFs,
  disassociateCtty,
  exitTaskWork,
  exitNotify,
]
