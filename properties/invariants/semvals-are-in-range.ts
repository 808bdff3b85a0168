import { SEMVMX } from '../../model/state/ipc.ts'
import { always, sometimes } from '../invariant.ts'

export const semvalsAreInRange = always({
  name: 'a semval is between 0 and SEMVMX',
  source: 'semop(2), semctl(2); ipc/sem.c',
  of: 'sems',
  offends: (_kernel, { semaphores }) => semaphores.some(({ value }) => value < 0 || value > SEMVMX),
  sometimes: sometimes({
    name: 'a semval is SEMVMX',
    of: 'sems',
    seen: (_kernel, { semaphores }) => semaphores.some(({ value }) => value === SEMVMX),
  }),
})
