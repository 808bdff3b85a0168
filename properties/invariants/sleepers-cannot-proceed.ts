import { always, sometimes } from '../invariant.ts'

export const sleepersCannotProceed = always({
  name: 'no semop sleeps that could be done',
  source: 'semop(2); ipc/sem.c do_smart_update()',
  of: 'sems',
  offends: (kernel, { sleepers }, id) =>
    sleepers.some(({ tid, ops }) => kernel.fn.attemptOperations(kernel, tid, id, ops).verdict === 'done'),
  sometimes: sometimes({
    name: 'two calls sleep on one semaphore set',
    of: 'sems',
    seen: (_kernel, { sleepers }) => sleepers.length > 1,
  }),
})
