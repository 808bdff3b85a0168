import type { Kernel } from '../../model/kernel.ts'
import { SIGCONT, STOP_SIGNALS } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import { eachStep } from '../invariant.ts'

interface Expected {
  readonly pid: number
  readonly signal: number
}

export const theDeathOfAParentIsSignalled = eachStep({
  name: 'a process that asked for it is signalled when the thread that is its parent dies',
  source: 'prctl(2) PR_SET_PDEATHSIG; kernel/exit.c forget_original_parent()',
  on: ['exiting.notify'],
  before(kernel, event) {
    const expected = kernel.threads.at(event.tid).children.flatMap((pid) => expectedBy(kernel, pid))
    return expected.length === 0 ? undefined : expected
  },
  after(kernel, _event, expected) {
    const missed = expected.find(({ pid, signal }) => {
      const child = kernel.processes.get(pid)
      return child !== undefined && child.groupExit < 0 && !child.pending.some((info) => info.signal === signal)
    })
    return missed === undefined ? undefined : `process ${missed.pid} has not been signalled`
  },
})

/** Signals that are discarded, or that an orphaned group's SIGCONT may take away again, tell nothing. */
function expectedBy(kernel: Kernel, pid: number): readonly Expected[] {
  const child = kernel.processes.at(pid)
  if (child.groupExit >= 0) return []
  return child.threads.flatMap((tid) => {
    const { parentDeathSignal: signal, blocked } = kernel.threads.at(tid)
    if (signal === 0 || signal === SIGCONT || hasSignal(STOP_SIGNALS, signal)) return []
    return kernel.fn.isIgnored(kernel, child, blocked, signal) ? [] : [{ pid, signal }]
  })
}
