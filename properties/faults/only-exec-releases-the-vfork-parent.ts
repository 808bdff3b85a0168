import { patchExitPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aVforkParentWaits } from '../invariants/a-vfork-parent-waits.ts'

export const onlyExecReleasesTheVforkParent: Fault = {
  name: 'a vfork child that dies without execve leaves its parent asleep',
  source: 'vfork(2); kernel/fork.c mm_release(), kernel/exit.c exit_mm()',
  breaks: [aVforkParentWaits.name],
  apply: patchExitPhases((phases) =>
    phases.map((phase) =>
      phase.name === 'exit_mm' ? { ...phase, run: (kernel, tid) => kernel.fn.dropMm(kernel, tid) } : phase,
    ),
  ),
}
