import { patchExitPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { theDyingDetachBeforeTheyUndo } from '../invariants/the-dying-detach-before-they-undo.ts'

export const undoBeforeDetach: Fault = {
  name: 'exit undoes the semadj before it detaches shared memory',
  source: 'kernel/exit.c do_exit()',
  breaks: [theDyingDetachBeforeTheyUndo.name],
  apply: patchExitPhases((phases) => {
    const run = (name: string) => phases.find((phase) => phase.name === name)!.run
    const swapped = new Map([
      ['exit_mm', run('exit_sem')],
      ['exit_sem', run('exit_mm')],
    ])
    return phases.map((phase) => ({ ...phase, run: swapped.get(phase.name) ?? phase.run }))
  }),
}
