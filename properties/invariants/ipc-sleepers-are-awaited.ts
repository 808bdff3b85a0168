import { always, sometimes } from '../invariant.ts'

export const ipcSleepersAreAwaited = always({
  name: 'a call that sleeps on a System V object is in its queue, and the object exists',
  source: 'semctl(2), msgctl(2) IPC_RMID; ipc/sem.c freeary(), ipc/msg.c freeque()',
  of: 'threads',
  offends(kernel, { tid, sleepsOn }) {
    if (sleepsOn === null) return false
    const { kind, id } = sleepsOn
    const queue = kind === 'sem' ? kernel.sems.get(id)?.sleepers : kernel.msgs.get(id)?.receivers
    return queue?.filter((sleeper) => sleeper.tid === tid).length !== 1
  },
  sometimes: sometimes({
    name: 'a call sleeps on a System V object',
    of: 'threads',
    seen: (_kernel, { sleepsOn }) => sleepsOn !== null,
  }),
})
