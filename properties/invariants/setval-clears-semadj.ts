import { eachStep } from '../invariant.ts'

interface Setting {
  readonly set: number
  /** The semaphore, or null for all of the set. */
  readonly num: number | null
}

export const setvalClearsSemadj = eachStep<Setting>({
  name: 'SETVAL and SETALL clear the semadj in every undo list',
  source: 'semctl(2); ipc/sem.c semctl_setval(), semctl_main()',
  on: ['effect'],
  effectsOf: ({ form }) => form === 'SETVAL' || form === 'SETALL',
  before(kernel, event) {
    const { syscall, args } = kernel.threads.at(event.tid).call!
    const { id, num } = args as { id: number; num: number }
    // Sleepers that are done in the same step have semadj anew.
    if (kernel.sems.get(id)?.sleepers.length !== 0) return undefined
    return { set: id, num: syscall.form === 'SETVAL' ? num : null }
  },
  after(kernel, event, { set, num }) {
    if (kernel.threads.at(event.tid).result !== 0) return undefined
    const kept = kernel.undos
      .rows()
      .flatMap(({ sets }) => sets.filter((entry) => entry.set === set))
      .some(({ adjustments }) => adjustments.some((semadj, at) => semadj !== 0 && (num === null || at === num)))
    return kept ? `a semadj of semaphore set ${set} is left` : undefined
  },
})
