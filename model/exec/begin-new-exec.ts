import type { ExecPhase } from '../rules.ts'
import { deThread } from './de-thread.ts'
import { didExec } from './did-exec.ts'
import { doCloseOnExec } from './do-close-on-exec.ts'
import { execMmap } from './exec-mmap.ts'
import { flushSignalHandlers } from './flush-signal-handlers.ts'
import { unshareFiles } from './unshare-files.ts'

/**
 * What execve does past the point of no return, in the kernel's order. Between any two phases others may look.
 * Source: execve(2); fs/exec.c begin_new_exec().
 */
export const beginNewExec: readonly ExecPhase[] = [
  deThread,
  unshareFiles,
  execMmap,
  didExec,
  doCloseOnExec,
  flushSignalHandlers,
]
