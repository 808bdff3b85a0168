import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const allChildrenMoveBeforeOrphansAreLookedFor: Fault = {
  name: 'a dying parent hands over all its children before it looks at the process group of the first',
  source: 'kernel/exit.c forget_original_parent()',
  breaks: [],
  apply: patchFunctions(({ forgetOriginalParent, reparent }) => ({
    forgetOriginalParent(kernel, tid) {
      const father = kernel.threads.at(tid)
      const { children } = father
      if (children.length > 0) {
        const reaper = kernel.fn.findNewReaper(kernel, father)
        for (const child of children) reparent(kernel, child, reaper)
        kernel.threads.edit(tid).children = children
      }
      forgetOriginalParent(kernel, tid)
    },
    reparent(kernel, child, reaper) {
      if (kernel.processes.at(child).parent !== reaper) reparent(kernel, child, reaper)
    },
  })),
}
