import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { waitTellsWhatHappened } from '../invariants/wait-tells-what-happened.ts'

export const aZombieIsReapedTwice: Fault = {
  name: 'wait4 leaves the zombie that it has reported',
  source: 'wait(2); kernel/exit.c wait_task_zombie()',
  breaks: [waitTellsWhatHappened.name],
  apply: patchFunctions((fn) => ({
    takeReport(kernel, report) {
      if (report.take !== 'zombie') fn.takeReport(kernel, report)
    },
  })),
}
