import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aProcessIsAChildOnce } from '../invariants/a-process-is-a-child-once.ts'
import { orphansGoToTheNearestSubreaper } from '../invariants/orphans-go-to-the-nearest-subreaper.ts'
import { theDeadHaveNoChildren } from '../invariants/the-dead-have-no-children.ts'

export const childrenKeepTheirDeadParent: Fault = {
  name: 'the children of a dying process stay with it',
  source: 'kernel/exit.c forget_original_parent()',
  breaks: [aProcessIsAChildOnce.name, orphansGoToTheNearestSubreaper.name, theDeadHaveNoChildren.name],
  apply: patchFunctions(() => ({
    forgetOriginalParent() {},
  })),
}
