import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { exitGoesPhaseByPhase } from '../invariants/exit-goes-phase-by-phase.ts'

export const theLastThreadDiesTwice: Fault = {
  name: 'the last thread of a process goes through the end of do_exit twice',
  source: '_exit(2); kernel/exit.c do_exit(), PF_EXITING',
  breaks: [exitGoesPhaseByPhase.name],
  apply: patchFunctions((fn) => ({
    exitNotify(kernel, tid) {
      const thread = kernel.threads.at(tid)
      if (!thread.groupDead || tid === thread.pid) {
        fn.exitNotify(kernel, tid)
        return
      }
      const row = kernel.threads.edit(tid)
      row.groupDead = false
      row.state = 'exiting.fs'
    },
  })),
}
