import { always, sometimes } from '../invariant.ts'

export const aProcessIsAChildOnce = always({
  name: 'a process stands once among the children of its parent, and its parent is not dead',
  source: 'fork(2), wait(2); kernel/exit.c forget_original_parent()',
  of: 'processes',
  offends(kernel, { pid, parent }) {
    if (parent === 0) return false
    const thread = kernel.threads.get(parent)
    if (thread === undefined || thread.state === 'dead') return true
    const { children } = thread
    const place = children.indexOf(pid)
    return place < 0 || children.includes(pid, place + 1)
  },
  sometimes: sometimes({
    name: 'a process has been adopted by a process that made none itself',
    of: 'processes',
    seen: (_kernel, { parent }) => parent === 1,
  }),
})
