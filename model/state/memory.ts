import type { MappingState } from '../lifecycle/mapping.ts'
import type { Fields, Row } from './table.ts'

/** An address space (mm_struct): shared by threads, CLONE_VM and vfork. Source: mmap(2). */
export interface AddressSpace extends Row {
  users: number
  /** In order of addresses; no two overlap. */
  mappings: readonly Mapping[]
  /** mlockall(MCL_FUTURE) is in force. */
  lockFuture: boolean
  /** The next address that mmap and shmat hand out when the caller names none. */
  nextAddress: number
}

/** An address space of one user. `nextAddress` in bytes. */
export const newAddressSpace = (nextAddress: number, mappings: readonly Mapping[] = []): Fields<AddressSpace> => ({
  users: 1,
  mappings,
  lockFuture: false,
  nextAddress,
  own: 0,
  step: 0,
  hash: 0,
})

/** A memory area. Addresses and lengths are bytes, page aligned. */
export interface Mapping {
  /** `mapped.locked`: locked in memory, counted in VmLck. */
  readonly state: MappingState
  readonly address: number
  readonly length: number
  readonly kind: 'shared-file' | 'private-file' | 'shared-anonymous' | 'private-anonymous' | 'shm' | 'semaphore'
  /** The open file description it holds; 0 for none. */
  readonly description: number
  /** The shm segment, the shared anonymous object or the named semaphore behind it; 0 for none. */
  readonly object: number
  readonly writable: boolean
  /** PROT_NONE: not even loads are allowed. */
  readonly inaccessible?: boolean
  /** The process's own copy of the first page, once it has stored to a private mapping; null before. */
  readonly privateData: string | null
  /** Where in its file, segment or memory it begins, in bytes; absent: at the beginning. */
  readonly offset?: number
  /** Named semaphore: sem_open calls that got it, less sem_close calls. Source: sem_close(3). */
  readonly opens?: number
}

/** Memory shared by mappings alone (MAP_SHARED|MAP_ANONYMOUS): gone with the last of them. */
export interface SharedMemory extends Row {
  /** Mappings that refer to it. */
  users: number
  data: string
}
