import { INIT } from '../../model/functions/signals.ts'
import { always, sometimes } from '../invariant.ts'

export const initHasNoHarmPending = always({
  name: 'the init of a namespace runs, and no signal that it has not asked for is pending for it',
  source: 'pid_namespaces(7); kernel/signal.c sig_task_ignored()',
  of: 'processes',
  offends: (_kernel, { pid, state, pending, stopSignal }) =>
    pid === INIT && (state !== 'running' || pending.length > 0 || stopSignal !== 0),
  sometimes: sometimes({
    name: 'init has a child that is a zombie',
    of: 'processes',
    seen: (_kernel, { parent, state }) => parent === INIT && state === 'zombie',
  }),
})
