import { patchExitPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { laterPhasesOfExitFindLess } from '../invariants/later-phases-of-exit-find-less.ts'
import { theDeadHoldNothing } from '../invariants/the-dead-hold-nothing.ts'

export const taskWorkIsLeftUndone: Fault = {
  name: 'a dying thread does not release what its descriptors led to',
  source: 'kernel/task_work.c exit_task_work()',
  breaks: [laterPhasesOfExitFindLess.name, theDeadHoldNothing.name],
  apply: patchExitPhases((phases) =>
    phases.map((phase) => (phase.name === 'exit_task_work' ? { ...phase, run: () => true } : phase)),
  ),
}
