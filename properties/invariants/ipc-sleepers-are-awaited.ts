import type { Kernel } from '../../model/kernel.ts'
import type { SleepsOn } from '../../model/state/threads.ts'
import { always, sometimes } from '../invariant.ts'

function sleepersOf(kernel: Kernel, kind: SleepsOn['kind'], id: number): readonly number[] {
  switch (kind) {
    case 'sem':
      return kernel.sems.get(id)?.sleepers.map(({ tid }) => tid) ?? []
    case 'msg':
      return kernel.msgs.get(id)?.receivers.map(({ tid }) => tid) ?? []
    case 'mq':
      return [...(kernel.queues.get(id)?.senders ?? []), ...(kernel.queues.get(id)?.receivers ?? [])]
  }
}

export const ipcSleepersAreAwaited = always({
  name: 'a call that sleeps on an object of System V or on a POSIX queue is in its queue, and the object exists',
  source: 'semctl(2), msgctl(2) IPC_RMID; ipc/sem.c freeary(), ipc/msg.c freeque(), ipc/mqueue.c wq_add()',
  of: 'threads',
  offends(kernel, { tid, sleepsOn }) {
    if (sleepsOn === null) return false
    const { kind, id } = sleepsOn
    return sleepersOf(kernel, kind, id).filter((sleeper) => sleeper === tid).length !== 1
  },
  sometimes: sometimes({
    name: 'a call sleeps on a System V object',
    of: 'threads',
    seen: (_kernel, { sleepsOn }) => sleepsOn !== null,
  }),
})
