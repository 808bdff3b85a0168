import { EXITING } from '../../model/lifecycle/thread.ts'
import type { ThreadState } from '../../model/lifecycle/thread.ts'
import { eachStep } from '../invariant.ts'

/** What may follow each phase; `dead` stands for gone as well. Source: kernel/exit.c do_exit(). */
const NEXT: Readonly<Partial<Record<ThreadState, ThreadState>>> = {
  'exiting.signals': 'exiting.timers',
  'exiting.timers': 'exiting.mm',
  'exiting.mm': 'exiting.sem',
  'exiting.sem': 'exiting.shm',
  'exiting.shm': 'exiting.files',
  'exiting.files': 'exiting.fs',
  'exiting.fs': 'exiting.tty',
  'exiting.tty': 'exiting.work',
  'exiting.work': 'exiting.notify',
  'exiting.notify': 'dead',
}

export const exitGoesPhaseByPhase = eachStep({
  name: 'a thread dies phase by phase in the order of do_exit, and nothing brings it back',
  source: '_exit(2); kernel/exit.c do_exit()',
  before(kernel, event) {
    const state = kernel.threads.get(event.tid)?.state
    return state !== undefined && EXITING.has(state) ? state : undefined
  },
  after(kernel, { tid }, before) {
    const state = kernel.threads.get(tid)?.state ?? 'dead'
    return state === before || state === NEXT[before] ? undefined : `${before} was followed by ${state}`
  },
})
