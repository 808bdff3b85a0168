import { SIGPIPE } from '../../model/signals.ts'
import { hasSignal } from '../../model/state/signal-set.ts'
import { actionOf } from '../../model/state/signals.ts'
import { eachStep, named } from '../invariant.ts'

export const epipeComesWithSigpipe = eachStep<readonly unknown[]>({
  name: 'EPIPE comes with SIGPIPE for the thread that wrote, and for nobody else',
  source: 'write(2), pipe(7), signal(7); fs/pipe.c pipe_write()',
  on: ['effect'],
  effectsOf: named('write'),
  before: (kernel, event) => kernel.processOf(kernel.threads.at(event.tid)).pending,
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
