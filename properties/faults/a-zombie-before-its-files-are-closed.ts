import { patchExitPhases } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { laterPhasesOfExitFindLess } from '../invariants/later-phases-of-exit-find-less.ts'

export const aZombieBeforeItsFilesAreClosed: Fault = {
  name: 'descriptors are closed in the phase after exit_fs, and semadj undone after that',
  source: 'kernel/exit.c do_exit()',
  breaks: [laterPhasesOfExitFindLess.name],
  apply: patchExitPhases((phases) => {
    const run = (name: string) => phases.find((phase) => phase.name === name)!.run
    return phases.map((phase) => {
      if (phase.name === 'exit_sem') return { ...phase, run: run('exit_fs') }
      return phase.name === 'exit_fs' ? { ...phase, run: run('exit_sem') } : phase
    })
  }),
}
