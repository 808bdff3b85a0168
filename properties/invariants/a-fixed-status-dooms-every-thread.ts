import { isExiting } from '../../model/functions/signals.ts'
import { always, sometimes } from '../invariant.ts'

export const aFixedStatusDoomsEveryThread = always({
  name: 'once the exit status of a process is fixed, each of its threads is dying or about to',
  source: 'exit_group(2); kernel/signal.c zap_other_threads(), complete_signal()',
  of: 'processes',
  offends: (kernel, { groupExit, threads }) =>
    groupExit >= 0 &&
    threads.some((tid) => {
      const thread = kernel.threads.get(tid)
      return thread === undefined || (!thread.killed && !isExiting(thread))
    }),
  sometimes: sometimes({
    name: 'the exit status is fixed while another thread is in a call',
    of: 'processes',
    seen: (kernel, { groupExit, threads }) =>
      groupExit >= 0 && threads.length > 1 && threads.some((tid) => kernel.threads.get(tid)?.state === 'in-call'),
  }),
})
