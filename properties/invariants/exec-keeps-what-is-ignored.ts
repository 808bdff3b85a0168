import type { Process } from '../../model/state/processes.ts'
import { sameSignals } from '../../model/state/signal-set.ts'
import { eachStep } from '../invariant.ts'

export const execKeepsWhatIsIgnored = eachStep({
  name: 'exec keeps the mask, what is ignored and what is pending',
  source: 'execve(2), signal(7); kernel/signal.c flush_signal_handlers()',
  on: ['exec'],
  before(kernel, event) {
    const thread = kernel.threads.at(event.tid)
    const process = kernel.processOf(thread)
    const { tid, pid, blocked } = thread
    return { tid, pid, blocked, ignored: ignored(process), pending: process.pending.length }
  },
  after(kernel, _event, before) {
    const thread = kernel.threads.get(before.tid) ?? kernel.threads.at(before.pid)
    const process = kernel.processOf(thread)
    if (!sameSignals(thread.blocked, before.blocked)) return 'the mask is another'
    if (ignored(process) !== before.ignored) return 'other signals are ignored'
    return process.pending.length >= before.pending ? undefined : 'pending signals are lost'
  },
})

const ignored = ({ actions }: Readonly<Process>): string =>
  [...actions.entries()]
    .filter(([, action]) => action?.handler === 'SIG_IGN')
    .map(([signal]) => signal)
    .join()
