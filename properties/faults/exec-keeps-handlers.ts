import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aNewProgramHasNoHandlersAndNoCloexec } from '../invariants/a-new-program-has-no-handlers-and-no-cloexec.ts'

export const execKeepsHandlers: Fault = {
  name: 'exec keeps the handlers of signals',
  source: 'execve(2); kernel/signal.c flush_signal_handlers()',
  breaks: [aNewProgramHasNoHandlersAndNoCloexec.name],
  apply: patchFunctions(() => ({
    flushedActions: (actions) => actions,
  })),
}
