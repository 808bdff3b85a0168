import type { SemaphoreSleeper } from '../../model/state/ipc.ts'
import { equalValues } from '../../model/state/table.ts'
import { eachStep } from '../invariant.ts'

type Queues = ReadonlyMap<number, readonly SemaphoreSleeper[]>

export const equalSemopsAreServedInOrder = eachStep<Queues>({
  name: 'of two semops that sleep with equal operations the one that came first is done first',
  source: 'ipc/sem.c update_queue()',
  before(kernel, event) {
    if (event.kind !== 'internal' || kernel.sems.size === 0) return undefined
    const queues = new Map<number, readonly SemaphoreSleeper[]>()
    kernel.sems.forEach(({ sleepers }, set) => {
      if (sleepers.length > 1) queues.set(set, sleepers)
    })
    return queues.size === 0 ? undefined : queues
  },
  after(kernel, _event, queues) {
    for (const [set, before] of queues) {
      const now = kernel.sems.get(set)?.sleepers ?? []
      const waits = (tid: number) => now.some((sleeper) => sleeper.tid === tid)
      const passed = before.find(
        ({ tid, ops }, place) =>
          waits(tid) &&
          !ops.some(({ undo }) => undo) &&
          before
            .slice(place + 1)
            .some(
              (later) =>
                !waits(later.tid) && equalValues(later.ops, ops) && kernel.threads.get(later.tid)?.result === 0,
            ),
      )
      if (passed !== undefined) return `thread ${passed.tid} was passed over at semaphore set ${set}`
    }
    return undefined
  },
})
