import { EXITING, type ThreadState } from '../../model/lifecycle/thread.ts'
import { always, sometimes } from '../invariant.ts'

const PHASES: readonly ThreadState[] = [
  'exiting.signals',
  'exiting.timers',
  'exiting.mm',
  'exiting.sem',
  'exiting.shm',
  'exiting.files',
  'exiting.fs',
  'exiting.tty',
  'exiting.work',
  'exiting.notify',
]

const isPast = (state: ThreadState, phase: ThreadState): boolean => PHASES.indexOf(state) > PHASES.indexOf(phase)

export const laterPhasesOfExitFindLess = always({
  name: 'what one phase of exit gives up is gone in the next: memory, semadj, descriptors, directory, queued releases',
  source: '_exit(2); kernel/exit.c do_exit()',
  of: 'threads',
  offends: (_kernel, { state, mm, undo, files, fs, work }) =>
    EXITING.has(state) &&
    ((mm !== 0 && isPast(state, 'exiting.mm')) ||
      (undo !== 0 && isPast(state, 'exiting.sem')) ||
      (files !== 0 && isPast(state, 'exiting.files')) ||
      (fs !== 0 && isPast(state, 'exiting.fs')) ||
      (work.length > 0 && isPast(state, 'exiting.work'))),
  sometimes: sometimes({
    name: 'a thread has closed its descriptors and has yet to release what was behind one',
    of: 'threads',
    seen: (_kernel, { state, work }) => state === 'exiting.fs' && work.length > 0,
  }),
})
