import { always, sometimes } from '../invariant.ts'

export const lockedMemoryHasALivingOwner = always({
  name: 'memory is locked only in an address space in which a thread lives',
  source: 'mlock(2) NOTES; mm/mmap.c exit_mmap()',
  of: 'mms',
  offends: (kernel, { mappings }, id) =>
    mappings.some(({ state }) => state === 'mapped.locked') &&
    kernel.threads.count(({ mm, state }) => mm === id && state !== 'dead') === 0,
  sometimes: sometimes({
    name: 'a process begins to exit while it has memory locked',
    of: 'threads',
    seen: (kernel, { state, mm }) =>
      state === 'exiting.signals' && kernel.mms.at(mm).mappings.some((mapping) => mapping.state === 'mapped.locked'),
  }),
})
