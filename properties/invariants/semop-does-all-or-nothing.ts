import type { Kernel } from '../../model/kernel.ts'
import { eachStep, named } from '../invariant.ts'

interface Before {
  readonly set: number
  readonly state: string
}

/** The values of a set, and every semadj for it but zeros: what a call that fails or sleeps leaves alone. */
function stateOf(kernel: Kernel, set: number): string {
  const values = kernel.sems.get(set)?.semaphores.map(({ value, pid }) => `${value} by ${pid}`)
  const adjustments = kernel.undos
    .rows()
    .flatMap(({ sets }) => sets.filter((entry) => entry.set === set))
    .map((entry) => entry.adjustments.join())
    .filter((all) => /[1-9]/.test(all))
  return `${values?.join() ?? 'gone'}; ${adjustments.join('; ')}`
}

export const semopDoesAllOrNothing = eachStep<Before>({
  name: 'a semop that fails or begins to sleep changes neither semval nor semadj',
  source: 'semop(2); ipc/sem.c perform_atomic_semop()',
  on: ['effect'],
  effectsOf: named('semop', 'semtimedop'),
  before(kernel, event) {
    const set = kernel.threads.at(event.tid).call!.args.id as number
    return { set, state: stateOf(kernel, set) }
  },
  after(kernel, event, { set, state }) {
    if (kernel.threads.at(event.tid).result === 0) return undefined
    const now = stateOf(kernel, set)
    return now === state ? undefined : `semaphore set ${set} was ${state}, is ${now}`
  },
})
