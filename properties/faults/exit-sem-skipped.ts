import { patchExitPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { zombiesHoldNoSemadj } from '../invariants/zombies-hold-no-semadj.ts'

export const exitSemSkipped: Fault = {
  name: 'exit_sem is skipped',
  source: 'ipc/sem.c exit_sem()',
  breaks: [zombiesHoldNoSemadj.name],
  apply: patchExitPhases((phases) =>
    phases.map((phase) => (phase.name === 'exit_sem' ? { ...phase, run: () => true } : phase)),
  ),
}
