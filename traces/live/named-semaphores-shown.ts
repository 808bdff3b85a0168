import { semaphoreAt, semaphoreName } from '../../model/functions/named-semaphores.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { Thread } from '../../model/state/threads.ts'

/** Takes down what is otherwise live than in the model. */
export interface Found {
  check(what: string, live: unknown, model: unknown): void
}

/**
 * The named semaphores that still have their name, `/s 1 0,` each: name, value, and how many wait, those included that
 * died waiting. Undefined text: nobody looked. Source: sem_overview(7); glibc sysdeps/nptl/internaltypes.h new_sem.
 */
export function compareNamedSemaphores(text: string | undefined, kernel: Kernel, found: Found): void {
  if (text === undefined) return
  const live = text.split(',').flatMap((item) => {
    const [name, value, waiting] = item.split(' ')
    return name ? [{ name, value: Number(value), waiting: Number(waiting) }] : []
  })
  const named = kernel.namedSemaphores.rows().filter(({ state }) => state.startsWith('linked'))
  const listed = (names: readonly string[]) => names.toSorted().join(' ')
  found.check('names of semaphores', listed(live.map(({ name }) => name)), listed(named.map(({ name }) => `/${name}`)))
  for (const { name, value, waiting } of live) {
    const id = kernel.names.get(semaphoreName(name))
    if (id === undefined) continue
    found.check(`value of semaphore ${name}`, value, kernel.namedSemaphores.at(id).value)
    const asleep = kernel.threads.rows().filter((thread) => waitsFor(kernel, thread, id)).length
    if (waiting < asleep) found.check(`waiters of semaphore ${name}`, waiting, asleep)
  }
}

const waitsFor = (kernel: Kernel, { state, call, mm }: Readonly<Thread>, semaphore: number): boolean =>
  state === 'in-call' &&
  call?.syscall.name === 'sem_wait' &&
  semaphoreAt(kernel, mm, call.args.sem as number)?.object === semaphore
