import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { mappingChart } from '../lifecycle/mapping.ts'
import type { Mapping } from '../state/memory.ts'
import type { Thread } from '../state/threads.ts'
import { succeeds, type Answer } from '../syscall.ts'
import { PAGE } from './memory.ts'

/** A length or an address, in bytes, rounded up to whole pages. */
export const pageAlign = (bytes: number): number => Math.ceil(bytes / PAGE) * PAGE

export const endOf = (mapping: Mapping): number => mapping.address + mapping.length

const overlaps = (mapping: Mapping, from: number, to: number): boolean =>
  from < to && mapping.address < to && from < endOf(mapping)

/** How many mappings end at or below an address. */
function countBelow(mappings: readonly Mapping[], address: number): number {
  let low = 0
  let high = mappings.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (endOf(mappings[middle]!) <= address) low = middle + 1
    else high = middle
  }
  return low
}

/** The mappings that have a byte in [from, to), in order of addresses. */
export function mappingsIn(kernel: Kernel, mm: number, from: number, to: number): readonly Mapping[] {
  const { mappings } = kernel.mms.at(mm)
  const first = countBelow(mappings, from)
  let next = first
  while (from < to && next < mappings.length && mappings[next]!.address < to) next++
  return mappings.slice(first, next)
}

/** The mapping that this address lies in. */
export const mappingAt = (kernel: Kernel, mm: number, address: number): Mapping | undefined =>
  mappingsIn(kernel, mm, address, address + 1)[0]

/** Whether [from, to) has a page that no call known to the model has mapped. */
export function hasHole(kernel: Kernel, mm: number, from: number, to: number): boolean {
  let covered = from
  for (const mapping of mappingsIn(kernel, mm, from, to)) {
    if (mapping.address > covered) return true
    covered = endOf(mapping)
  }
  return covered < to
}

/** An address at which `length` bytes are free: the hint, if it is one, else the next that no mapping reaches. */
export function freeAddress(kernel: Kernel, mm: number, length: number, hint = 0): number {
  const isFree = (address: number) => mappingsIn(kernel, mm, address, address + length).length === 0
  const near = hint - (hint % PAGE)
  if (near > 0 && isFree(near)) return near
  let address = kernel.mms.at(mm).nextAddress
  while (!isFree(address)) address += PAGE
  return address
}

/**
 * Put a mapping into an address space, in order of addresses; whatever it holds is the caller's affair. MAP_LOCKED and
 * MCL_FUTURE lock it at once. Source: mmap(2), mlockall(2); mm/mmap.c do_mmap().
 */
export function addMapping(kernel: Kernel, mm: number, fields: Omit<Mapping, 'state'>, locked = false): void {
  const space = kernel.mms.edit(mm)
  const fresh = mappingChart.initial
  const mapping: Mapping = {
    ...fields,
    state: locked || space.lockFuture ? advance(mappingChart, fresh, 'LOCK') : fresh,
  }
  space.mappings = space.mappings.toSpliced(countBelow(space.mappings, mapping.address), 0, mapping)
  if (mapping.address === space.nextAddress) space.nextAddress = endOf(mapping)
}

/** Cut the mapping around this address in two, each with its own hold on what is behind it. Source: mm/vma.c __split_vma(). */
export function splitMapping(kernel: Kernel, tid: number, at: number): void {
  const { mm, pid } = kernel.threads.at(tid)
  const { mappings } = kernel.mms.at(mm)
  const index = countBelow(mappings, at)
  const whole = mappings[index]
  if (whole === undefined || whole.address >= at) return
  const head = at - whole.address
  kernel.fn.dupMapping(kernel, pid, whole)
  kernel.mms.edit(mm).mappings = mappings.toSpliced(
    index,
    1,
    { ...whole, length: head },
    { ...whole, address: at, length: whole.length - head, offset: (whole.offset ?? 0) + head, privateData: null },
  )
}

/** Take away what is mapped in [from, to), whole pages. Source: munmap(2); mm/vma.c do_vmi_align_munmap(). */
export function unmapRange(kernel: Kernel, tid: number, from: number, to: number): void {
  const { mm } = kernel.threads.at(tid)
  kernel.fn.splitMapping(kernel, tid, from)
  kernel.fn.splitMapping(kernel, tid, to)
  const gone = mappingsIn(kernel, mm, from, to)
  if (gone.length === 0) return
  const space = kernel.mms.edit(mm)
  space.mappings = space.mappings.toSpliced(countBelow(space.mappings, from), gone.length)
  for (const mapping of gone) kernel.fn.unmap(kernel, tid, mapping)
}

/**
 * Lock or unlock the mappings in [from, to), whole pages, cutting those that lie half inside. `untilHole`: no further
 * than the first page that is not mapped. Source: mlock(2); mm/mlock.c apply_vma_lock_flags(), mlock_fixup().
 */
export function lockRange(
  kernel: Kernel,
  tid: number,
  from: number,
  to: number,
  event: 'LOCK' | 'UNLOCK',
  untilHole = false,
): void {
  const { mm } = kernel.threads.at(tid)
  let reached = from
  for (const mapping of mappingsIn(kernel, mm, from, to)) {
    if (untilHole && mapping.address > reached) return
    reached = endOf(mapping)
    kernel.fn.lockPart(kernel, tid, Math.max(from, mapping.address), Math.min(to, reached), event)
  }
}

/** Lock or unlock [from, to), which lies in one mapping: locks do not count. Source: mlock(2); mm/mlock.c mlock_fixup(). */
export function lockPart(kernel: Kernel, tid: number, from: number, to: number, event: 'LOCK' | 'UNLOCK'): void {
  const { mm } = kernel.threads.at(tid)
  const { state } = mappingAt(kernel, mm, from)!
  const next = advance(mappingChart, state, event)
  if (next === state) return
  kernel.fn.splitMapping(kernel, tid, from)
  kernel.fn.splitMapping(kernel, tid, to)
  const space = kernel.mms.edit(mm)
  space.mappings = space.mappings.map((mapping) =>
    overlaps(mapping, from, to) ? { ...mapping, state: next } : mapping,
  )
}

/**
 * What mlock or munlock of [from, to), whole pages, may come to. A page that no known call has mapped may be part of
 * the program's image, stack or heap, or be missing: then the pages before it are done, and the answer is ENOMEM.
 */
export function lockOutcomes(
  kernel: Kernel,
  { tid, mm }: Readonly<Thread>,
  from: number,
  to: number,
  event: 'LOCK' | 'UNLOCK',
): Answer {
  const whole = succeeds(0, (k) => k.fn.lockRange(k, tid, from, to, event))
  if (!hasHole(kernel, mm, from, to)) return whole
  return [{ result: 'ENOMEM', effect: (k) => k.fn.lockRange(k, tid, from, to, event, true) }, ...whole]
}

/** Bytes that would be locked in memory with this range. Source: mm/mlock.c do_mlock(), count_mm_mlocked_page_nr(). */
export function lockedLengthWith(kernel: Kernel, mm: number, from: number, to: number): number {
  const within = mappingsIn(kernel, mm, from, to).filter(({ state }) => state === 'mapped.locked')
  const already = within.map((mapping) => Math.min(to, endOf(mapping)) - Math.max(from, mapping.address))
  return kernel.fn.lockedLength(kernel, mm) + (to - from) - already.reduce((sum, bytes) => sum + bytes, 0)
}

/** Bytes of an address space that are locked in memory: VmLck of proc(5). */
export function lockedLength(kernel: Kernel, mm: number): number {
  return kernel.mms
    .at(mm)
    .mappings.reduce((sum, { state, length }) => (state === 'mapped.locked' ? sum + length : sum), 0)
}
