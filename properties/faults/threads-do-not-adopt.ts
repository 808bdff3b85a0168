import { INIT } from '../../model/functions/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { orphansGoToTheNearestSubreaper } from '../invariants/orphans-go-to-the-nearest-subreaper.ts'

export const threadsDoNotAdopt: Fault = {
  name: 'the children of a thread leave its process although another thread lives',
  source: 'kernel/exit.c find_new_reaper(), find_alive_thread()',
  breaks: [orphansGoToTheNearestSubreaper.name],
  apply: patchFunctions(() => ({
    findNewReaper: () => INIT,
  })),
}
