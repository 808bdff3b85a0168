import { patchExitPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { laterPhasesOfExitFindLess } from '../invariants/later-phases-of-exit-find-less.ts'
import { theDeadHoldNoDescriptor } from '../invariants/the-dead-hold-no-descriptor.ts'

export const descriptorsKeptAtExit: Fault = {
  name: 'exit_files is skipped',
  source: '_exit(2); kernel/exit.c exit_files()',
  breaks: [theDeadHoldNoDescriptor.name, laterPhasesOfExitFindLess.name],
  apply: patchExitPhases((phases) =>
    phases.map((phase) => (phase.name === 'exit_files' ? { ...phase, run: () => true } : phase)),
  ),
}
