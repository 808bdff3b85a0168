import { isExiting } from '../../model/functions/signals.ts'
import { always, sometimes } from '../invariant.ts'

export const liveCountsThreadsBeforeExit = always({
  name: 'the live count of a process is the number of its threads that have not passed exit_signals',
  source: 'kernel/exit.c do_exit(), signal->live',
  of: 'processes',
  offends(kernel, { threads, live }) {
    let living = 0
    for (let i = 0; i < threads.length; i++) {
      const thread = kernel.threads.get(threads[i]!)
      if (thread !== undefined && (thread.state === 'exiting.signals' || !isExiting(thread))) living++
    }
    return living !== live
  },
  sometimes: sometimes({
    name: 'a process has several threads, some of them dying',
    of: 'processes',
    seen: (_kernel, { threads, live }) => live > 0 && threads.length > live,
  }),
})
