import { always, sometimes } from '../invariant.ts'

/** The phases of exit that come after the address space. */
const LATER: ReadonlySet<string> = new Set([
  'exiting.sem', 'exiting.shm', 'exiting.files', 'exiting.fs', 'exiting.tty', 'exiting.work', 'exiting.notify', 'dead',
]) // prettier-ignore

export const theDyingDetachBeforeTheyUndo = always({
  name: 'a dying thread has let go of its memory, and so of every attach, before it undoes its semadj',
  source: '_exit(2); kernel/exit.c do_exit()',
  of: 'threads',
  offends: (_kernel, { state, mm }) => mm !== 0 && LATER.has(state),
  sometimes: sometimes({
    name: 'a dying process still has a segment attached',
    of: 'threads',
    seen: (kernel, { state, mm }) =>
      state === 'exiting.mm' && mm !== 0 && kernel.mms.at(mm).mappings.some(({ kind }) => kind === 'shm'),
  }),
})
