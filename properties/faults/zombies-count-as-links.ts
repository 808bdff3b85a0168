import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aNewlyOrphanedGroupGoesOn } from '../invariants/a-newly-orphaned-group-goes-on.ts'

export const zombiesCountAsLinks: Fault = {
  name: 'a zombie keeps its process group from being orphaned',
  source: 'kernel/exit.c will_become_orphaned_pgrp()',
  breaks: [aNewlyOrphanedGroupGoesOn.name],
  apply: patchFunctions(() => ({
    isLink(kernel, pid) {
      const member = kernel.processes.at(pid)
      return member.parent !== 0 && kernel.fn.isOutside(kernel, kernel.threads.at(member.parent).pid, member)
    },
  })),
}
