import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const setpgidAfterExecve: Fault = {
  name: 'setpgid moves a child that has called execve',
  source: 'setpgid(2) EACCES; kernel/sys.c setpgid()',
  breaks: [],
  apply: patchFunctions(() => ({ isForkNoExec: () => true })),
}
