import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aNewlyOrphanedGroupGoesOn } from '../invariants/a-newly-orphaned-group-goes-on.ts'

export const ownGroupNotLookedAt: Fault = {
  name: "a death looks for orphaned groups at its children's process groups, not at its own",
  source: 'kernel/exit.c exit_notify(), kill_orphaned_pgrp()',
  breaks: [aNewlyOrphanedGroupGoesOn.name],
  apply: patchFunctions(() => ({ orphanedByMember: () => undefined })),
}
