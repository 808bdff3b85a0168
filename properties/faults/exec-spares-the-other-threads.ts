import { patchExecPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aNewProgramHasNoHandlersAndNoCloexec } from '../invariants/a-new-program-has-no-handlers-and-no-cloexec.ts'

export const execSparesTheOtherThreads: Fault = {
  name: 'exec does not wait for the threads that it kills',
  source: 'execve(2); fs/exec.c de_thread()',
  breaks: [aNewProgramHasNoHandlersAndNoCloexec.name],
  apply: patchExecPhases((phases) =>
    phases.map((phase) =>
      phase.name === 'de_thread'
        ? {
            ...phase,
            ready: () => true,
            run(kernel, tid) {
              kernel.fn.zapOtherThreads(kernel, tid)
              return true
            },
          }
        : phase,
    ),
  ),
}
