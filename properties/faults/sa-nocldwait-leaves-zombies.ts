import { patchFunctions } from '../../model/rules.ts'
import { SIGCHLD } from '../../model/signals.ts'
import { actionOf } from '../../model/state/signals.ts'
import type { Fault } from '../fault.ts'
import { unwantedZombiesVanish } from '../invariants/unwanted-zombies-vanish.ts'

export const saNocldwaitLeavesZombies: Fault = {
  name: 'SA_NOCLDWAIT leaves zombies',
  source: 'sigaction(2) SA_NOCLDWAIT; kernel/signal.c do_notify_parent()',
  breaks: [unwantedZombiesVanish.name],
  apply: patchFunctions((fn) => ({
    wantsNoZombie(kernel, pid) {
      const { pid: parent } = kernel.threads.at(kernel.processes.at(pid).parent)
      const { flags } = actionOf(kernel.processes.at(parent).actions, SIGCHLD)
      return !flags.has('SA_NOCLDWAIT') && fn.wantsNoZombie(kernel, pid)
    },
  })),
}
