import { always, sometimes } from '../invariant.ts'

export const semaphoreSleepersAreAlive = always({
  name: 'whoever is queued on a semaphore set sleeps in a call on it',
  source: 'semop(2); ipc/sem.c unlink_queue()',
  of: 'sems',
  offends: (kernel, { sleepers }, id) =>
    sleepers.some(({ tid }) => {
      const thread = kernel.threads.get(tid)
      return thread?.state !== 'in-call' || thread.sleepsOn?.kind !== 'sem' || thread.sleepsOn.id !== id
    }),
  sometimes: sometimes({
    name: 'a call that sleeps on a semaphore set has been killed',
    of: 'threads',
    seen: (_kernel, { sleepsOn, killed }) => sleepsOn?.kind === 'sem' && killed,
  }),
})
