import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { namedSemaphoreChart } from '../lifecycle/named-semaphore.ts'
import type { Mapping } from '../state/memory.ts'
import { mappingAt } from './mappings.ts'

/** SEM_VALUE_MAX. Source: sem_post(3). */
export const SEM_VALUE_MAX = 0x7fff_ffff

/** How the name of a semaphore stands among the names. */
export const semaphoreName = (name: string): string => `sem:/${name.replace(/^\/+/, '')}`

/** The mapping of a semaphore that begins at this address. */
export function semaphoreAt(kernel: Kernel, mm: number, address: number): Mapping | undefined {
  const mapping = mappingAt(kernel, mm, address)
  return mapping?.kind === 'semaphore' && mapping.address === address ? mapping : undefined
}

/** One mapping of a named semaphore more: another process's sem_open, or a fork. Source: sem_open(3). */
export function semaphoreGet(kernel: Kernel, semaphore: number): void {
  const row = kernel.namedSemaphores.edit(semaphore)
  row.state = advance(namedSemaphoreChart, row.state, 'OPEN')
  row.users++
}

/**
 * One mapping fewer: sem_close, exec, exit. The value stays as it is, and so does the name; without a name the semaphore
 * goes with its last mapping. Source: sem_close(3), sem_unlink(3).
 */
export function semaphorePut(kernel: Kernel, semaphore: number): void {
  const row = kernel.namedSemaphores.edit(semaphore)
  row.users--
  row.state = advance(namedSemaphoreChart, row.state, row.users === 0 ? 'LAST_CLOSE' : 'CLOSE')
  if (row.state === 'destroyed') kernel.namedSemaphores.remove(semaphore)
}

/** One sem_open of the process is given up; the last unmaps the semaphore. Source: sem_close(3). */
export function semaphoreClose(kernel: Kernel, tid: number, address: number): void {
  const { mm } = kernel.threads.at(tid)
  const mapping = semaphoreAt(kernel, mm, address)!
  const opens = mapping.opens! - 1
  const space = kernel.mms.edit(mm)
  space.mappings = space.mappings.flatMap((other) => {
    if (other.address !== address) return [other]
    return opens > 0 ? [{ ...other, opens }] : []
  })
  if (opens === 0) kernel.fn.unmap(kernel, tid, mapping)
}

/** The name goes; the semaphore, when nobody has it mapped. Source: sem_unlink(3). */
export function semaphoreUnlink(kernel: Kernel, semaphore: number): void {
  const row = kernel.namedSemaphores.edit(semaphore)
  kernel.names.delete(semaphoreName(row.name))
  row.state = advance(namedSemaphoreChart, row.state, 'UNLINK')
  if (row.state === 'destroyed') kernel.namedSemaphores.remove(semaphore)
}
