import { patchExitPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { laterPhasesOfExitFindLess } from '../invariants/later-phases-of-exit-find-less.ts'
import { lockedMemoryHasALivingOwner } from '../invariants/locked-memory-has-a-living-owner.ts'
import { theDeadHoldNothing } from '../invariants/the-dead-hold-nothing.ts'

export const exitDoesNotUnmap: Fault = {
  name: 'exit_mm lets the vfork parent go on and does not drop the address space',
  source: 'kernel/exit.c exit_mm()',
  breaks: [laterPhasesOfExitFindLess.name, theDeadHoldNothing.name, lockedMemoryHasALivingOwner.name],
  apply: patchExitPhases((phases) =>
    phases.map((phase) =>
      phase.name === 'exit_mm'
        ? {
            ...phase,
            run(kernel, tid) {
              kernel.fn.releaseVforkParent(kernel, tid)
              return true
            },
          }
        : phase,
    ),
  ),
}
