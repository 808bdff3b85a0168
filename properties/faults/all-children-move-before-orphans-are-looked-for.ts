import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const allChildrenMoveBeforeOrphansAreLookedFor: Fault = {
  name: 'a dying parent hands over all its children before it looks at the process group of the first',
  source: 'kernel/exit.c forget_original_parent()',
  breaks: [],
  apply: patchFunctions(() => ({
    forgetOriginalParent(kernel, tid) {
      const father = kernel.threads.at(tid)
      const { children, pid } = father
      if (children.length === 0) return
      const reaper = kernel.fn.findNewReaper(kernel, father)
      for (const child of children) kernel.fn.reparent(kernel, child, reaper)
      for (const child of children) {
        kernel.fn.signalParentDeath(kernel, child, pid)
        if (kernel.threads.at(reaper).pid !== pid) kernel.fn.reparentLeader(kernel, child, pid)
      }
    },
  })),
}
