import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { waitTellsWhatHappened } from '../invariants/wait-tells-what-happened.ts'

export const wait4ReturnsARunningChild: Fault = {
  name: 'wait4 returns a child that runs',
  source: 'wait(2); kernel/exit.c wait_consider_task()',
  breaks: [waitTellsWhatHappened.name],
  apply: patchFunctions((fn) => ({
    reportOf(kernel, pid, kinds) {
      const report = fn.reportOf(kernel, pid, kinds)
      if (report !== undefined || kernel.processes.at(pid).state === 'zombie') return report
      return { pid, status: { exited: 0 }, take: 'continued' }
    },
  })),
}
