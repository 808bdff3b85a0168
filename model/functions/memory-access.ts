import type { Kernel } from '../kernel.ts'
import { SIGNALS, SIGSEGV } from '../signals.ts'
import { hasSignal } from '../state/signal-set.ts'
import { actionOf } from '../state/signals.ts'
import type { Mapping } from '../state/memory.ts'
import type { Thread } from '../state/threads.ts'
import type { Answer, Outcome } from '../syscall.ts'
import { mappingAt } from './mappings.ts'
import { PAGE } from './memory.ts'

/** Bytes that the model follows. */
export interface Found {
  readonly mapping: Mapping
  /** Where they begin in the file or memory behind the mapping. */
  readonly at: number
  /** How many of them are part of it: the rest of a file's last page is not. */
  readonly length: number
}

/** What the processor finds at an address: bytes, a fault, or what the model cannot say. */
export type Access = Found | { readonly fault: number } | { readonly undecided: string }

/**
 * Look at `length` bytes at an address.
 * Source: mmap(2) ERRORS, SIGBUS and SIGSEGV; arch/x86/mm/fault.c, mm/filemap.c filemap_fault().
 */
export function accessMemory(
  kernel: Kernel,
  mm: number,
  address: number,
  length: number,
  how: 'load' | 'store',
): Access {
  const mapping = mappingAt(kernel, mm, address)
  if (mapping === undefined || mapping.inaccessible === true) return { fault: SIGSEGV }
  if (how === 'store' && !mapping.writable) return { fault: SIGSEGV }
  if (mapping.kind === 'semaphore') return { undecided: 'a semaphore is the business of the C library' }
  const into = address - mapping.address
  if (into + length > PAGE) return { undecided: 'only the first page of a mapping is followed' }
  const at = (mapping.offset ?? 0) + into
  if (mapping.kind !== 'shared-file' && mapping.kind !== 'private-file') return { mapping, at, length }
  const inode = kernel.inodes.at(kernel.descriptions.at(mapping.description).inode)
  if (inode.kind !== 'regular') return { undecided: 'a mapping of a file of a kind that is not followed' }
  if (at - (at % PAGE) >= inode.size) return { fault: SIGNALS.SIGBUS }
  return { mapping, at, length: Math.max(0, Math.min(length, inode.size - at)) }
}

/** `length` characters of `data` from `at` on; what was never stored is zero. */
const cut = (data: string, at: number, length: number): string => data.slice(at, at + length).padEnd(length, '\0')

const paste = (data: string, at: number, text: string): string =>
  data.slice(0, at).padEnd(at, '\0') + text + data.slice(at + text.length)

/** The bytes of an access; undefined when the model has lost sight of the file's. */
export function loadBytes(kernel: Kernel, { mapping, at, length }: Found): string | undefined {
  if (mapping.privateData !== null) return cut(mapping.privateData, at - (mapping.offset ?? 0), length)
  switch (mapping.kind) {
    case 'private-anonymous':
    case 'semaphore':
      return cut('', 0, length)
    case 'shared-anonymous':
      return cut(kernel.sharedMemory.at(mapping.object).data, at, length)
    case 'shm':
      return cut(kernel.shms.at(mapping.object).data, at, length)
    case 'shared-file':
    case 'private-file': {
      const { data, size } = kernel.inodes.at(kernel.descriptions.at(mapping.description).inode)
      return data.length === size ? cut(data, at, length) : undefined
    }
  }
}

/**
 * Store where an access found a writable mapping. A shared one changes what everybody sees, at once; a private one gets
 * a copy of its page first. Source: mmap(2); mm/memory.c do_wp_page().
 */
export function storeBytes(kernel: Kernel, mm: number, address: number, text: string): void {
  const access = kernel.fn.accessMemory(kernel, mm, address, text.length, 'store')
  if (!('mapping' in access)) return
  const { mapping, at } = access
  const stored = text.slice(0, access.length)
  switch (mapping.kind) {
    case 'shared-anonymous': {
      const memory = kernel.sharedMemory.edit(mapping.object)
      memory.data = paste(memory.data, at, stored)
      return
    }
    case 'shm': {
      const segment = kernel.shms.edit(mapping.object)
      segment.data = paste(segment.data, at, stored)
      return
    }
    case 'shared-file': {
      const inode = kernel.inodes.edit(kernel.descriptions.at(mapping.description).inode)
      if (inode.data.length === inode.size) inode.data = paste(inode.data, at, stored)
      return
    }
    case 'private-file':
    case 'private-anonymous':
      kernel.fn.storePrivately(kernel, mm, mapping, at, stored)
      return
    case 'semaphore':
  }
}

/** Store to the process's own copy of the page, made now if there is none yet. Source: mm/memory.c do_cow_fault(). */
export function storePrivately(kernel: Kernel, mm: number, mapping: Mapping, at: number, text: string): void {
  const begin = mapping.offset ?? 0
  const page = mapping.kind === 'private-file' ? fileBytes(kernel, mapping, begin) : ''
  const privateData = paste(mapping.privateData ?? page, at - begin, text)
  const space = kernel.mms.edit(mm)
  space.mappings = space.mappings.map((other) =>
    other.address === mapping.address ? { ...other, privateData } : other,
  )
}

const fileBytes = (kernel: Kernel, mapping: Mapping, begin: number): string =>
  kernel.inodes.at(kernel.descriptions.at(mapping.description).inode).data.slice(begin, begin + PAGE)

/**
 * An access that fails kills the process, even when the signal is blocked or ignored; it may leave a core dump. A
 * handler would return to the same instruction for ever: the model does not follow it.
 * Source: signal(7), sigaction(2); kernel/signal.c force_sig_info_to_task().
 */
export function memoryFault(kernel: Kernel, thread: Readonly<Thread>, signal: number): Answer {
  const { tid, pid } = thread
  const { handler } = actionOf(kernel.processes.at(pid).actions, signal)
  if (handler === 'handler' && !hasSignal(thread.blocked, signal)) return { undecided: 'a fault in a loop of handlers' }
  return [signal, signal | 0x80].map((status): Outcome => ({
    result: 0,
    noReturn: true,
    effect: (k) => {
      k.fn.groupExit(k, pid, status)
      k.fn.beginExit(k, tid)
    },
  }))
}
