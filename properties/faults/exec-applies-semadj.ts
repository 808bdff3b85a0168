import type { Fault } from '../fault.ts'
import { execKeepsSemadj } from '../invariants/exec-keeps-semadj.ts'

export const execAppliesSemadj: Fault = {
  name: 'exec applies the undo list',
  source: 'execve(2), semop(2)',
  breaks: [execKeepsSemadj.name],
  apply: (rules) => ({
    ...rules,
    execPhases: [
      { name: 'exit_sem', ready: () => true, killable: false, run: (kernel, tid) => kernel.fn.exitSem(kernel, tid) },
      ...rules.execPhases,
    ],
  }),
}
