import { sameSignals } from '../../model/state/signal-set.ts'
import { eachStep, making } from '../invariant.ts'

export const aForkChildBeginsAfresh = eachStep({
  name: 'a new process has one thread, the mask of its maker, no pending signals, no alarm, no parent-death signal, and is no subreaper',
  source: 'fork(2), prctl(2); kernel/fork.c copy_process()',
  on: ['effect'],
  effectsOf: making('process', 'thread'),
  before: (kernel, event) => kernel.threads.at(event.tid).blocked,
  after(kernel, event, mask) {
    const { result } = kernel.threads.at(event.tid)
    if (typeof result !== 'number') return undefined
    const thread = kernel.threads.at(result)
    if (thread.pending.length > 0) return `thread ${result} has pending signals`
    if (thread.parentDeathSignal !== 0) return `thread ${result} has a parent-death signal`
    if (!sameSignals(thread.blocked, mask)) return `thread ${result} has another mask`
    const process = kernel.processes.at(thread.pid)
    if (process.pid !== result) return undefined
    if (process.pending.length > 0) return `process ${result} has pending signals`
    if (process.alarm !== 0 || process.subreaper || process.didExec) return `process ${result} inherited too much`
    return process.threads.length === 1 && process.live === 1 ? undefined : `process ${result} has several threads`
  },
})
