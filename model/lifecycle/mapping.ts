import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type MappingEvent = 'LOCK' | 'UNLOCK' | 'UNMAP'

/**
 * A mapping of one address space; `locked` is locked in memory (VmLck).
 *
 * Locks do not count: one munlock undoes any number of mlock calls, and unlocking what is not locked is no error. A new
 * mapping under MCL_FUTURE or MAP_LOCKED is locked at once; a fork child's copy starts unlocked. UNMAP is munmap, a
 * mapping over it, exec, or the end of the address space's last user, and unlocks.
 * Source: mmap(2), mlock(2); mm/mlock.c, mm/mmap.c exit_mmap().
 */
const mapping = setup({ types: typed<MappingEvent>() }).createMachine({
  id: 'mapping',
  initial: 'mapped',
  states: {
    mapped: {
      initial: 'unlocked',
      states: {
        unlocked: { on: { LOCK: 'locked', UNLOCK: 'unlocked', UNMAP: '#mapping.unmapped' } },
        locked: { on: { LOCK: 'locked', UNLOCK: 'unlocked', UNMAP: '#mapping.unmapped' } },
      },
    },
    unmapped: { type: 'final' },
  },
})

export const mappingChart = compile(mapping)
export type MappingState = StateOf<typeof mappingChart>
