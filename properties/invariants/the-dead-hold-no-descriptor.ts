import { always, sometimes } from '../invariant.ts'

export const theDeadHoldNoDescriptor = always({
  name: 'a dead thread has no descriptor table, and no release of its is outstanding',
  source: '_exit(2); kernel/exit.c exit_files(), exit_task_work()',
  of: 'threads',
  offends: (_kernel, { state, files, work, unfinished }) =>
    state === 'dead' && (files !== 0 || work.length > 0 || unfinished !== null),
  sometimes: sometimes({
    name: 'a thread begins to exit with a descriptor open',
    of: 'threads',
    seen: (kernel, { state, files }) => state === 'exiting.signals' && kernel.files.at(files).used > 0,
  }),
})
