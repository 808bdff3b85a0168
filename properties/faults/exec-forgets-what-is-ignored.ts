import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { execKeepsWhatIsIgnored } from '../invariants/exec-keeps-what-is-ignored.ts'

export const execForgetsWhatIsIgnored: Fault = {
  name: 'exec resets SIG_IGN to SIG_DFL',
  source: 'execve(2), signal(7); kernel/signal.c flush_signal_handlers()',
  breaks: [execKeepsWhatIsIgnored.name],
  apply: patchFunctions(() => ({
    flushedActions: () => [],
  })),
}
