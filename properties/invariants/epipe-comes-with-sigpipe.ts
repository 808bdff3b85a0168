import { SIGPIPE } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import { actionOf } from '../../model/state/signals.ts'
import { eachStep } from '../invariant.ts'

export const epipeComesWithSigpipe = eachStep<readonly unknown[]>({
  name: 'EPIPE comes with SIGPIPE for the thread that wrote, and for nobody else',
  source: 'write(2), pipe(7), signal(7); fs/pipe.c pipe_write()',
  before(kernel, event) {
    if (event.kind !== 'internal' || event.move !== 'effect') return undefined
    const thread = kernel.threads.at(event.tid)
    if (thread.call!.syscall.name !== 'write') return undefined
    return kernel.processOf(thread).pending
  },
  after(kernel, event, before) {
    const thread = kernel.threads.at(event.tid)
    const process = kernel.processOf(thread)
    if (thread.result !== 'EPIPE') return undefined
    if (process.pending.length > before.length) return 'SIGPIPE went to the process'
    const ignored = actionOf(process.actions, SIGPIPE).handler === 'SIG_IGN' && !hasSignal(thread.blocked, SIGPIPE)
    const dying = process.state !== 'running' && process.state !== 'stopped'
    const pending = thread.pending.some(({ signal }) => signal === SIGPIPE)
    return pending || ignored || dying ? undefined : 'a write failed with EPIPE and drew no SIGPIPE'
  },
})
