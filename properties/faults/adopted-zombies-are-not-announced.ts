import { patchFunctions } from '../../model/rules.ts'
import { SIGCHLD } from '../../model/signals.ts'
import type { Fault } from '../fault.ts'
import { aDeathIsAnnounced } from '../invariants/a-death-is-announced.ts'
import { unwantedZombiesVanish } from '../invariants/unwanted-zombies-vanish.ts'

export const adoptedZombiesAreNotAnnounced: Fault = {
  name: 'an adopter is not told of a zombie',
  source: 'kernel/exit.c reparent_leader()',
  breaks: [aDeathIsAnnounced.name, unwantedZombiesVanish.name],
  apply: patchFunctions((fn) => ({
    reparentLeader(kernel, child, dying) {
      kernel.processes.edit(child).exitSignal = SIGCHLD
      fn.orphanedByParent(kernel, child, dying)
    },
  })),
}
