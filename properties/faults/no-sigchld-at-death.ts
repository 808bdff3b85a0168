import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aDeathIsAnnounced } from '../invariants/a-death-is-announced.ts'

export const noSigchldAtDeath: Fault = {
  name: 'a death sends no SIGCHLD',
  source: 'wait(2); kernel/signal.c do_notify_parent()',
  breaks: [aDeathIsAnnounced.name],
  apply: patchFunctions((fn) => ({
    notifyParent(kernel, pid) {
      fn.wakeParent(kernel, pid)
      return kernel.processes.at(pid).parent !== 0 && fn.wantsNoZombie(kernel, pid)
    },
  })),
}
