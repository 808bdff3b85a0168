import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { sharedHandlersAreTheSame } from '../invariants/shared-handlers-are-the-same.ts'

export const sharedHandlersAreCopied: Fault = {
  name: 'a disposition is set for the caller alone, although another process shares it',
  source: 'clone(2) CLONE_SIGHAND; kernel/signal.c do_sigaction()',
  breaks: [sharedHandlersAreTheSame.name],
  apply: patchFunctions(() => ({
    setAction(kernel, pid, signal, action) {
      const row = kernel.processes.edit(pid)
      const actions = row.actions.slice()
      while (actions.length <= signal) actions.push(undefined)
      actions[signal] = action
      row.actions = actions
    },
  })),
}
