import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aNewlyOrphanedGroupGoesOn } from '../invariants/a-newly-orphaned-group-goes-on.ts'

export const childrensGroupsNotLookedAt: Fault = {
  name: "a death looks for orphaned groups at its own process group, not at its children's",
  source: 'kernel/exit.c reparent_leader(), kill_orphaned_pgrp()',
  breaks: [aNewlyOrphanedGroupGoesOn.name],
  apply: patchFunctions(() => ({ orphanedByParent: () => undefined })),
}
