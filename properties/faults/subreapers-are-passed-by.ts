import { INIT } from '../../model/functions/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { orphansGoToTheNearestSubreaper } from '../invariants/orphans-go-to-the-nearest-subreaper.ts'

export const subreapersArePassedBy: Fault = {
  name: 'orphans go to init although a subreaper lives',
  source: 'prctl(2) PR_SET_CHILD_SUBREAPER; kernel/exit.c find_new_reaper()',
  breaks: [orphansGoToTheNearestSubreaper.name],
  apply: patchFunctions((fn) => ({
    findNewReaper(kernel, father) {
      const reaper = fn.findNewReaper(kernel, father)
      return kernel.threads.at(reaper).pid === father.pid ? reaper : INIT
    },
  })),
}
