import { beginNewExec } from './exec/begin-new-exec.ts'
import { doExit } from './exit/do-exit.ts'
import { kernelFunctions } from './functions/index.ts'
import type { Rules } from './rules.ts'
import { syscalls } from './syscalls/index.ts'

/** Linux as it is by default, on a recent kernel, untraced, without any injected fault. */
export const linux: Rules = {
  syscalls: new Map(syscalls.map((syscall) => [syscall.hashAs, syscall])),
  exitPhases: doExit,
  execPhases: beginNewExec,
  fn: kernelFunctions,
}
