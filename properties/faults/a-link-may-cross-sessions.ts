import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aNewlyOrphanedGroupGoesOn } from '../invariants/a-newly-orphaned-group-goes-on.ts'

export const aLinkMayCrossSessions: Fault = {
  name: 'a parent in another session keeps a process group from being orphaned',
  source: 'POSIX XBD 3; kernel/exit.c will_become_orphaned_pgrp()',
  breaks: [aNewlyOrphanedGroupGoesOn.name],
  apply: patchFunctions(() => ({
    isOutside: (kernel, parent, member) => kernel.processes.at(parent).group !== member.group,
  })),
}
