import type { Kernel } from '../../model/kernel.ts'
import { eachStep } from '../invariant.ts'

interface Counts {
  readonly sems: number
  readonly msgs: number
  /** Segments not marked for destruction. */
  readonly shms: number
}

function countsOf(kernel: Kernel): Counts {
  let shms = 0
  kernel.shms.forEach(({ state }) => {
    if (state !== 'marked') shms++
  })
  return { sems: kernel.sems.size, msgs: kernel.msgs.size, shms }
}

export const ipcObjectsSurviveExit = eachStep<Counts>({
  name: 'exit removes no System V object but a segment that was marked for destruction',
  source: 'svipc(7); kernel/exit.c do_exit()',
  on: ['exit'],
  before: (kernel) => (kernel.sems.size + kernel.msgs.size + kernel.shms.size === 0 ? undefined : countsOf(kernel)),
  after(kernel, _event, before) {
    const now = countsOf(kernel)
    if (now.sems !== before.sems) return 'a semaphore set is gone'
    if (now.msgs !== before.msgs) return 'a message queue is gone'
    return now.shms !== before.shms ? 'a shared memory segment is gone' : undefined
  },
})
