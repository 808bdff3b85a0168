import { always, sometimes } from '../invariant.ts'

export const onlyDoomedProcessesHaveAStatus = always({
  name: 'a process has an exit status exactly when it is exiting or a zombie',
  source: 'wait(2); kernel/exit.c do_group_exit(), synchronize_group_exit()',
  of: 'processes',
  offends: (_kernel, { state, groupExit }) => groupExit >= 0 !== (state === 'exiting' || state === 'zombie'),
  sometimes: sometimes({
    name: 'a process is a zombie',
    of: 'processes',
    seen: (_kernel, { state }) => state === 'zombie',
  }),
})
