import { equalValues } from '../../model/state/values.ts'
import { always, sometimes } from '../invariant.ts'

export const sharedHandlersAreTheSame = always({
  name: 'processes that share the dispositions of signals have the same',
  source: 'clone(2) CLONE_SIGHAND; kernel/fork.c copy_sighand(), kernel/signal.c do_sigaction()',
  of: 'processes',
  offends: (kernel, { handlers, actions }) =>
    handlers !== 0 &&
    kernel.processes.ids((other) => other.handlers === handlers && !equalValues(other.actions, actions)).length > 0,
  sometimes: sometimes({
    name: 'two processes share dispositions',
    of: 'processes',
    seen: (_kernel, { handlers, pid }) => handlers !== 0 && handlers !== pid,
  }),
})
