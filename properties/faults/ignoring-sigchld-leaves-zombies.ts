import { patchFunctions } from '../../model/rules.ts'
import { SIGCHLD } from '../../model/signals.ts'
import { actionOf } from '../../model/state/signals.ts'
import type { Fault } from '../fault.ts'
import { unwantedZombiesVanish } from '../invariants/unwanted-zombies-vanish.ts'

export const ignoringSigchldLeavesZombies: Fault = {
  name: 'a parent that ignores SIGCHLD gets zombies',
  source: 'wait(2) NOTES; kernel/signal.c do_notify_parent()',
  breaks: [unwantedZombiesVanish.name],
  apply: patchFunctions((fn) => ({
    wantsNoZombie(kernel, pid) {
      const { pid: parent } = kernel.threads.at(kernel.processes.at(pid).parent)
      const { handler } = actionOf(kernel.processes.at(parent).actions, SIGCHLD)
      return handler !== 'SIG_IGN' && fn.wantsNoZombie(kernel, pid)
    },
  })),
}
