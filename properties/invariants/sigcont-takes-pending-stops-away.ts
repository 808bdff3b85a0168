import { SIGCONT, STOP_SIGNALS } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import { eachStep } from '../invariant.ts'

const SENDERS: ReadonlySet<string> = new Set(['kill', 'tgkill', 'rt_sigqueueinfo'])

export const sigcontTakesPendingStopsAway = eachStep({
  name: 'after SIGCONT was sent to a process, blocked or ignored though it be, no stop signal is pending for it',
  source: 'signal(7), POSIX XSH 2.4.1; kernel/signal.c prepare_signal()',
  on: ['effect'],
  effectsOf: ({ name }) => SENDERS.has(name),
  before(kernel, event) {
    const { args } = kernel.threads.at(event.tid).call!
    if (args.sig !== SIGCONT) return undefined
    const target = kernel.threads.get((args.tid ?? args.tgid ?? args.pid) as number)
    return target === undefined || kernel.processOf(target).groupExit >= 0 ? undefined : target.pid
  },
  after(kernel, { tid }, pid) {
    const process = kernel.threads.at(tid).result === 0 ? kernel.processes.get(pid) : undefined
    if (process === undefined) return undefined
    const pending = [...process.pending, ...process.threads.flatMap((thread) => kernel.threads.at(thread).pending)]
    const isStopping = pending.some(({ signal }) => hasSignal(STOP_SIGNALS, signal))
    return isStopping || process.state === 'stopped' ? `process ${pid} is to stop` : undefined
  },
})
