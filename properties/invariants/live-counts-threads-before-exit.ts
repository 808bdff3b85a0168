import { always, sometimes } from '../invariant.ts'

export const liveCountsThreadsBeforeExit = always({
  name: 'the live count of a process is the number of its threads that have not passed exit_signals',
  source: 'kernel/exit.c do_exit(), signal->live',
  of: 'processes',
  offends: (kernel, { threads, live }) =>
    live !==
    threads.filter((tid) => {
      const state = kernel.threads.get(tid)?.state ?? 'dead'
      return state === 'exiting.signals' || (!state.startsWith('exiting') && state !== 'dead')
    }).length,
  sometimes: sometimes({
    name: 'a process has several threads, some of them dying',
    of: 'processes',
    seen: (_kernel, { threads, live }) => live > 0 && threads.length > live,
  }),
})
