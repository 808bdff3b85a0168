import { always, sometimes } from '../invariant.ts'

export const theDeadHoldNothing = always({
  name: 'a dead thread has no address space, no descriptors, no working directory, and nothing left to release',
  source: 'wait(2) NOTES; kernel/exit.c do_exit()',
  of: 'threads',
  offends: (_kernel, { state, mm, files, fs, work }) =>
    state === 'dead' && (mm !== 0 || files !== 0 || fs !== 0 || work.length > 0),
  sometimes: sometimes({
    name: 'a thread begins to exit as the last user of a descriptor table that is in use',
    of: 'threads',
    seen(kernel, { state, files }) {
      const table = state === 'exiting.signals' ? kernel.files.get(files) : undefined
      return table !== undefined && table.users === 1 && table.used > 0
    },
  }),
})
