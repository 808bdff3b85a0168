import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aNewProgramHasNoHandlersAndNoCloexec } from '../invariants/a-new-program-has-no-handlers-and-no-cloexec.ts'
import { noDescriptorOutlivesItsExec } from '../invariants/no-descriptor-outlives-its-exec.ts'

export const execKeepsCloseOnExecDescriptors: Fault = {
  name: 'exec does not close close-on-exec descriptors',
  source: 'execve(2); fs/file.c do_close_on_exec()',
  breaks: [aNewProgramHasNoHandlersAndNoCloexec.name, noDescriptorOutlivesItsExec.name],
  apply: patchFunctions(() => ({
    closeNextOnExec: () => false,
  })),
}
