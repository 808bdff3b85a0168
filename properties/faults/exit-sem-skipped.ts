import { patchExitPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { exitAddsItsSemadj } from '../invariants/exit-adds-its-semadj.ts'
import { laterPhasesOfExitFindLess } from '../invariants/later-phases-of-exit-find-less.ts'
import { zombiesHoldNoSemadj } from '../invariants/zombies-hold-no-semadj.ts'

export const exitSemSkipped: Fault = {
  name: 'exit_sem is skipped',
  source: 'ipc/sem.c exit_sem()',
  breaks: [exitAddsItsSemadj.name, laterPhasesOfExitFindLess.name, zombiesHoldNoSemadj.name],
  apply: patchExitPhases((phases) =>
    phases.map((phase) => (phase.name === 'exit_sem' ? { ...phase, run: () => true } : phase)),
  ),
}
