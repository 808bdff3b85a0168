import { hasSignal } from '../../model/state/signal-set.ts'
import { actionOf } from '../../model/state/signals.ts'
import { INIT } from '../../model/functions/signals.ts'
import type { Kernel } from '../../model/kernel.ts'
import { SIGCHLD } from '../../model/signals.ts'
import { eachStep } from '../invariant.ts'

export const aDeathIsAnnounced = eachStep({
  name: 'a parent that handles or blocks SIGCHLD has it pending when a child dies, and when it adopts a zombie',
  source: 'wait(2), sigaction(2); kernel/signal.c do_notify_parent(), kernel/exit.c reparent_leader()',
  on: ['exiting.notify'],
  before: (kernel) => new Map(zombiesByParent(kernel)),
  after(kernel, _event, before) {
    for (const [pid, parent] of zombiesByParent(kernel)) {
      if (before.get(pid) === parent || !listens(kernel, pid)) continue
      if (!kernel.processes.at(parent).pending.some(({ signal }) => signal === SIGCHLD))
        return `process ${parent} knows nothing of the death of ${pid}`
    }
    return undefined
  },
})

const zombiesByParent = (kernel: Kernel): readonly [number, number][] =>
  kernel.processes
    .rows()
    .filter(({ state, parent }) => state === 'zombie' && parent !== 0)
    .map(({ pid, parent }) => [pid, kernel.threads.at(parent).pid])

function listens(kernel: Kernel, pid: number): boolean {
  const { parent, exitSignal } = kernel.processes.at(pid)
  const thread = kernel.threads.at(parent)
  const process = kernel.processOf(thread)
  if (process.pid === INIT || process.groupExit >= 0 || exitSignal !== SIGCHLD) return false
  const { handler } = actionOf(process.actions, SIGCHLD)
  return handler === 'handler' || (handler === 'SIG_DFL' && hasSignal(thread.blocked, SIGCHLD))
}
