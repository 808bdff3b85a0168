import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { mappingChart } from '../lifecycle/mapping.ts'
import { newAddressSpace, type Mapping } from '../state/memory.ts'

/** Where mappings start, and what they are rounded to. */
export const FIRST_ADDRESS = 0x10_0000
export const PAGE = 4096

/** A copy of the address space for fork, or one more user of it for CLONE_VM. Source: fork(2); kernel/fork.c copy_mm(). */
export function copyMm(kernel: Kernel, caller: number, child: number, share: boolean): number {
  const { mm } = kernel.threads.at(caller)
  if (share) {
    kernel.mms.edit(mm).users++
    return mm
  }
  const from = kernel.mms.at(mm)
  for (const mapping of from.mappings) kernel.fn.dupMapping(kernel, kernel.threads.at(caller).pid, mapping)
  const mappings = from.mappings.map((mapping) => kernel.fn.inheritedMapping(mapping))
  return kernel.mms.add(child, () => newAddressSpace(from.nextAddress, mappings))
}

/** One more mapping of whatever is behind it. Source: kernel/fork.c dup_mmap(), ipc/shm.c shm_open(). */
export function dupMapping(kernel: Kernel, pid: number, mapping: Mapping): void {
  if (mapping.description !== 0) kernel.fn.getFile(kernel, mapping.description)
  switch (mapping.kind) {
    case 'shm':
      kernel.fn.shmOpen(kernel, mapping.object, pid)
      break
    case 'shared-anonymous':
      kernel.sharedMemory.edit(mapping.object).users++
      break
    case 'semaphore':
      kernel.fn.semaphoreGet(kernel, mapping.object)
      break
    case 'shared-file':
    case 'private-file':
    case 'private-anonymous':
  }
}

/** A child's copy of a mapping: memory locks are not inherited. Source: mlock(2). */
export function inheritedMapping(mapping: Mapping): Mapping {
  return mapping.state === 'mapped.locked' ? { ...mapping, state: 'mapped.unlocked' } : mapping
}

/** Take one mapping apart: an attach, a reference to an open file description, a share of memory. Source: mm/mmap.c remove_vma(). */
export function unmap(kernel: Kernel, tid: number, mapping: Mapping): void {
  advance(mappingChart, mapping.state, 'UNMAP')
  switch (mapping.kind) {
    case 'shm':
      kernel.fn.shmClose(kernel, mapping.object, kernel.threads.at(tid).pid)
      break
    case 'shared-anonymous': {
      const memory = kernel.sharedMemory.edit(mapping.object)
      memory.users--
      if (memory.users === 0) kernel.sharedMemory.remove(mapping.object)
      break
    }
    case 'semaphore':
      kernel.fn.semaphorePut(kernel, mapping.object)
      break
    case 'shared-file':
    case 'private-file':
    case 'private-anonymous':
  }
  if (mapping.description !== 0) kernel.fn.fput(kernel, tid, mapping.description)
}

/**
 * Drop the caller's address space; its last user takes it apart, one mapping an internal step. True when nothing of it
 * is left to do. Source: kernel/exit.c exit_mm(), mm/mmap.c exit_mmap().
 */
export function dropMm(kernel: Kernel, tid: number): boolean {
  const { mm } = kernel.threads.at(tid)
  if (mm === 0) return true
  const space = kernel.mms.at(mm)
  if (space.users === 1 && space.mappings.length > 0) {
    const [first, ...rest] = space.mappings
    kernel.mms.edit(mm).mappings = rest
    kernel.fn.unmap(kernel, tid, first!)
    return false
  }
  kernel.threads.edit(tid).mm = 0
  if (space.users === 1) kernel.mms.remove(mm)
  else kernel.mms.edit(mm).users--
  return true
}
