import type { Kernel } from '../../model/kernel.ts'
import type { MessageReceiver, SemaphoreSleeper } from '../../model/state/ipc.ts'
import { equalValues } from '../../model/state/values.ts'
import { eachStep } from '../invariant.ts'

type Sleeper = SemaphoreSleeper | MessageReceiver

interface Queue {
  readonly of: 'sems' | 'msgs'
  readonly id: number
  readonly sleepers: readonly Sleeper[]
}

function queuesOf(kernel: Kernel): Queue[] {
  const queues: Queue[] = []
  kernel.sems.forEach(({ sleepers }, id) => {
    if (sleepers.length > 1) queues.push({ of: 'sems', id, sleepers })
  })
  kernel.msgs.forEach(({ receivers }, id) => {
    if (receivers.length > 1) queues.push({ of: 'msgs', id, sleepers: receivers })
  })
  return queues
}

/** What a sleeper asks for, whoever it is; undefined where another's semadj may make a difference. */
function wishOf(sleeper: Sleeper): unknown {
  if ('ops' in sleeper) return sleeper.ops.some(({ undo }) => undo) ? undefined : sleeper.ops
  const { wants, room, cuts } = sleeper
  return { wants, room, cuts }
}

const isServed = (kernel: Kernel, { tid }: Sleeper): boolean => {
  const thread = kernel.threads.get(tid)
  return thread?.state === 'returning' && typeof thread.result === 'number' && thread.sleepsOn === null
}

export const equalSleepersAreServedInOrder = eachStep<readonly Queue[]>({
  name: 'of two calls that sleep on a System V object for the same the one that came first is served first',
  source: 'ipc/sem.c update_queue(), ipc/msg.c pipelined_send()',
  on: ['effect', 'interrupt', 'die', 'deliver', 'exec', 'exit'],
  before(kernel) {
    if (kernel.sems.size + kernel.msgs.size === 0) return undefined
    const queues = queuesOf(kernel)
    return queues.length === 0 ? undefined : queues
  },
  after(kernel, _event, queues) {
    for (const { of, id, sleepers } of queues) {
      const row = kernel[of].get(id)
      const now: readonly Sleeper[] = row === undefined ? [] : 'sleepers' in row ? row.sleepers : row.receivers
      const waits = ({ tid }: Sleeper) => now.some((sleeper) => sleeper.tid === tid)
      const passed = sleepers.find((first, place) => {
        const wish = wishOf(first)
        if (wish === undefined || !waits(first)) return false
        const later = sleepers.slice(place + 1)
        return later.some((other) => !waits(other) && equalValues(wishOf(other), wish) && isServed(kernel, other))
      })
      if (passed !== undefined) return `thread ${passed.tid} was passed over at ${kernel[of].name} ${id}`
    }
    return undefined
  },
})
