import { patchExitPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { exitAddsItsSemadj } from '../invariants/exit-adds-its-semadj.ts'
import { laterPhasesOfExitFindLess } from '../invariants/later-phases-of-exit-find-less.ts'

export const undoBeforeDetach: Fault = {
  name: 'exit undoes the semadj before it detaches shared memory',
  source: 'kernel/exit.c do_exit()',
  breaks: [exitAddsItsSemadj.name, laterPhasesOfExitFindLess.name],
  apply: patchExitPhases((phases) => {
    const run = (name: string) => phases.find((phase) => phase.name === name)!.run
    const swapped = new Map([
      ['exit_mm', run('exit_sem')],
      ['exit_sem', run('exit_mm')],
    ])
    return phases.map((phase) => ({ ...phase, run: swapped.get(phase.name) ?? phase.run }))
  }),
}
