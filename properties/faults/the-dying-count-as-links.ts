import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aNewlyOrphanedGroupGoesOn } from '../invariants/a-newly-orphaned-group-goes-on.ts'

export const theDyingCountAsLinks: Fault = {
  name: 'a dying process still keeps its own process group from being orphaned',
  source: 'kernel/exit.c will_become_orphaned_pgrp()',
  breaks: [aNewlyOrphanedGroupGoesOn.name],
  apply: patchFunctions(({ isOrphaned }) => ({ isOrphaned: (kernel, group) => isOrphaned(kernel, group) })),
}
