import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { adoptedChildrenComeLast } from '../invariants/adopted-children-come-last.ts'

export const adoptedChildrenComeFirst: Fault = {
  name: 'adopted children are put before those that the adopter has',
  source: 'kernel/exit.c forget_original_parent(), list_splice_tail_init()',
  breaks: [adoptedChildrenComeLast.name],
  apply: patchFunctions((fn) => ({
    reparent(kernel, child, reaper) {
      fn.reparent(kernel, child, reaper)
      const row = kernel.threads.edit(reaper)
      row.children = [child, ...row.children.slice(0, -1)]
    },
  })),
}
