import { SEMVMX } from '../../model/state/ipc.ts'
import { always, sometimes } from '../invariant.ts'

export const semadjsAreInRange = always({
  name: 'a semadj is between -SEMVMX-1 and SEMVMX',
  source: 'semop(2) ERANGE; ipc/sem.c perform_atomic_semop()',
  of: 'undos',
  offends: (_kernel, { sets }) =>
    sets.some(({ adjustments }) => adjustments.some((semadj) => semadj < -SEMVMX - 1 || semadj > SEMVMX)),
  sometimes: sometimes({
    name: 'an undo list holds adjustments up and down',
    of: 'undos',
    seen: (_kernel, { sets }) => {
      const all = sets.flatMap(({ adjustments }) => adjustments)
      return Math.min(...all) < 0 && Math.max(...all) > 0
    },
  }),
})
