import { isExiting } from '../../model/functions/signals.ts'
import { always, sometimes } from '../invariant.ts'

export const theDyingAreInNoCall = always({
  name: 'a thread that exits is in no call, and has none to start again',
  source: '_exit(2); kernel/exit.c do_exit()',
  of: 'threads',
  offends: (_kernel, thread) => isExiting(thread) && (thread.call !== null || thread.restart !== null),
  sometimes: sometimes({
    name: 'a thread is killed in a call in which it sleeps',
    of: 'threads',
    seen: (_kernel, { killed, state, slept }) => killed && state === 'in-call' && slept,
  }),
})
