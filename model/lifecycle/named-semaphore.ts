import { setup } from 'xstate'
import { compile, typed, type StateOf } from './compile.ts'

export type NamedSemaphoreEvent = 'OPEN' | 'CLOSE' | 'LAST_CLOSE' | 'UNLINK'

/**
 * A POSIX named semaphore: a file in /dev/shm, open while some process has it mapped.
 *
 * sem_open creates it open. OPEN is also the copy a fork child gets, so it remains possible after sem_unlink. CLOSE is
 * sem_close, exec or exit; none of them changes the value, as a named semaphore has no undo.
 * Source: sem_overview(7), sem_close(3), sem_unlink(3).
 */
const namedSemaphore = setup({ types: typed<NamedSemaphoreEvent>() }).createMachine({
  id: 'named-semaphore',
  initial: 'linked',
  states: {
    linked: {
      initial: 'open',
      states: {
        open: {
          on: { OPEN: 'open', CLOSE: 'open', LAST_CLOSE: 'closed', UNLINK: '#named-semaphore.unlinked' },
        },
        closed: { on: { OPEN: 'open', UNLINK: '#named-semaphore.destroyed' } },
      },
    },
    unlinked: { on: { OPEN: 'unlinked', CLOSE: 'unlinked', LAST_CLOSE: 'destroyed' } },
    destroyed: { type: 'final' },
  },
})

export const namedSemaphoreChart = compile(namedSemaphore)
export type NamedSemaphoreState = StateOf<typeof namedSemaphoreChart>
