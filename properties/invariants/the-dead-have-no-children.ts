import { always, sometimes } from '../invariant.ts'

export const theDeadHaveNoChildren = always({
  name: 'a dead thread has no children, and every child of a thread has that one as its parent',
  source: 'kernel/exit.c forget_original_parent()',
  of: 'threads',
  offends: (kernel, { tid, state, children }) =>
    (state === 'dead' && children.length > 0) || children.some((pid) => kernel.processes.get(pid)?.parent !== tid),
  sometimes: sometimes({
    name: 'a thread with children dies',
    of: 'threads',
    seen: (_kernel, { state, children }) => state === 'exiting.notify' && children.length > 0,
  }),
})
