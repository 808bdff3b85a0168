import type { Kernel } from '../../model/kernel.ts'
import { SEMVMX } from '../../model/state/ipc.ts'
import { wroteTo } from '../wrote-to.ts'
import { eachStep } from '../invariant.ts'

/** What one step of exit may do to semaphores: these values for this set, or nothing (set 0). */
interface Expected {
  readonly set: number
  readonly values: readonly number[]
}

const NOTHING: Expected = { set: 0, values: [] }

function expected(kernel: Kernel, tid: number): Expected | undefined {
  const { state, undo } = kernel.threads.at(tid)
  const list = kernel.undos.get(undo)
  const entry = list?.sets[0]
  if (state !== 'exiting.sem' || list === undefined || list.users > 1 || entry === undefined) return NOTHING
  const set = kernel.sems.get(entry.set)
  // Sleepers that are done in the same step change the values again.
  if (set === undefined || set.sleepers.length > 0) return undefined
  const values = set.semaphores.map(({ value }, num) => Math.min(Math.max(value + entry.adjustments[num]!, 0), SEMVMX))
  return { set: entry.set, values }
}

export const exitAddsItsSemadj = eachStep<Expected>({
  name: 'exit changes the semvals of one set after the other, the one used last first, by exactly the clamped semadj',
  source: 'semop(2); ipc/sem.c exit_sem()',
  on: ['exit'],
  before: (kernel, event) => expected(kernel, event.tid),
  after(kernel, _event, { set, values }) {
    if (set === 0)
      return wroteTo(kernel, kernel.sems) ? 'a semaphore set changed, though nothing was to be undone' : undefined
    const found = kernel.sems.get(set)?.semaphores.map(({ value }) => value)
    return found?.join() === values.join()
      ? undefined
      : `semaphore set ${set} has ${found?.join()}, not ${values.join()}`
  },
})
