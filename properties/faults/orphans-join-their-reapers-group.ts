import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aDeathMovesNobody } from '../invariants/a-death-moves-nobody.ts'

export const orphansJoinTheirReapersGroup: Fault = {
  name: 'a child whose parent dies joins the process group of its new parent',
  source: 'setpgid(2), credentials(7); kernel/exit.c forget_original_parent()',
  breaks: [aDeathMovesNobody.name],
  apply: patchFunctions(({ reparent }) => ({
    reparent(kernel, child, reaper) {
      reparent(kernel, child, reaper)
      const { group, session } = kernel.processOf(kernel.threads.at(reaper))
      if (kernel.processes.at(child).session === session) kernel.fn.moveToGroup(kernel, child, group)
    },
  })),
}
