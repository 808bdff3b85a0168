import { always, sometimes } from '../invariant.ts'

export const addressSpacesCountTheirThreads = always({
  name: 'an address space has as many users as threads that run in it, and at least one',
  source: 'clone(2) CLONE_VM; kernel/fork.c copy_mm(), mmput()',
  of: 'mms',
  offends: (kernel, { users }, id) => users === 0 || users !== kernel.threads.count(({ mm }) => mm === id),
  sometimes: sometimes({
    name: 'two threads share an address space',
    of: 'mms',
    seen: (_kernel, { users }) => users > 1,
  }),
})
