import { isExiting } from '../../model/functions/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aFixedStatusDoomsEveryThread } from '../invariants/a-fixed-status-dooms-every-thread.ts'

export const groupExitSparesAThread: Fault = {
  name: 'the thread made last survives exit_group',
  source: 'kernel/signal.c zap_other_threads(); commit 3f17da699431',
  breaks: [aFixedStatusDoomsEveryThread.name],
  apply: patchFunctions((fn) => ({
    groupExit(kernel, pid, status) {
      const { threads, groupExit } = kernel.processes.at(pid)
      fn.groupExit(kernel, pid, status)
      const last = threads.at(-1)!
      if (groupExit < 0 && last !== pid && !isExiting(kernel.threads.at(last))) kernel.threads.edit(last).killed = false
    },
  })),
}
