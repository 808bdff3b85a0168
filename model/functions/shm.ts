import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { shmSegmentChart, type ShmSegmentEvent } from '../lifecycle/shm-segment.ts'
import { IPC_PRIVATE } from '../state/ipc.ts'
import type { Mapping } from '../state/memory.ts'
import type { Thread } from '../state/threads.ts'
import { endOf, pageAlign } from './mappings.ts'

/** SHMMAX: bytes of a segment at the most. Source: shmget(2). */
export const MAX_SHM = 2 ** 64 - 2 ** 24

/** A new segment, which nobody has attached yet. Source: shmget(2); ipc/shm.c newseg(). */
export function newSegment(kernel: Kernel, tid: number, key: number, size: number): void {
  const { pid } = kernel.threads.at(tid)
  kernel.shms.put(kernel.fn.newIpcId(kernel, kernel.shms, pid), {
    state: shmSegmentChart.initial,
    key,
    size,
    nattch: 0,
    creatorThread: tid,
    cpid: pid,
    lpid: 0,
    locked: false,
    data: '',
  })
}

/** Map the segment into the caller's address space, over whatever is there. Source: shmat(2); ipc/shm.c do_shmat(). */
export function attachSegment(kernel: Kernel, tid: number, segment: number, address: number, writable: boolean): void {
  const { mm, pid } = kernel.threads.at(tid)
  const length = pageAlign(kernel.shms.at(segment).size)
  kernel.fn.shmOpen(kernel, segment, pid)
  kernel.fn.unmapRange(kernel, tid, address, address + length)
  kernel.fn.addMapping(kernel, mm, {
    address,
    length,
    kind: 'shm',
    description: 0,
    object: segment,
    writable,
    privateData: null,
  })
}

/**
 * The attach that begins at an address: all pieces that mprotect and munmap left of it, where they would begin if they
 * were whole. Source: shmdt(2); ipc/shm.c ksys_shmdt().
 */
export function attachAt(kernel: Kernel, mm: number, address: number): readonly Mapping[] {
  const pieces = kernel.mms
    .at(mm)
    .mappings.filter(({ kind, address: start, offset }) => kind === 'shm' && start - (offset ?? 0) === address)
  return pieces.filter(({ object }) => object === pieces[0]!.object)
}

/** Take an attach out of the caller's address space. Source: shmdt(2); ipc/shm.c ksys_shmdt(). */
export function detachSegment(kernel: Kernel, tid: number, address: number): void {
  const { mm } = kernel.threads.at(tid)
  for (const piece of kernel.fn.attachAt(kernel, mm, address)) {
    kernel.fn.unmapRange(kernel, tid, piece.address, endOf(piece))
  }
}

/** One more attach. Source: shmat(2); ipc/shm.c shm_open(). */
export function shmOpen(kernel: Kernel, segment: number, pid: number): void {
  const row = kernel.shms.edit(segment)
  row.state = advance(shmSegmentChart, row.state, 'ATTACH')
  row.nattch++
  row.lpid = pid
}

/** One attach fewer; a segment marked for destruction goes with the last. Source: shmdt(2); ipc/shm.c shm_close(). */
export function shmClose(kernel: Kernel, segment: number, pid: number): void {
  const row = kernel.shms.edit(segment)
  row.nattch--
  row.lpid = pid
  kernel.fn.moveSegment(kernel, segment, row.nattch === 0 ? kernel.fn.lastDetach() : 'DETACH')
}

/** What the last detach means to the segment. Source: ipc/shm.c shm_may_destroy(). */
export function lastDetach(): ShmSegmentEvent {
  return 'LAST_DETACH'
}

/** IPC_RMID: a segment that nobody has attached is destroyed, another marked (SHM_DEST). Source: ipc/shm.c do_shm_rmid(). */
export function removeSegment(kernel: Kernel, segment: number): void {
  kernel.fn.moveSegment(kernel, segment, 'RMID')
}

/** A destroyed segment is gone; one that is marked gives up its key. Source: ipc/shm.c shm_destroy(), do_shm_rmid(). */
export function moveSegment(kernel: Kernel, segment: number, event: ShmSegmentEvent): void {
  const row = kernel.shms.edit(segment)
  row.state = advance(shmSegmentChart, row.state, event)
  if (row.state === 'marked') row.key = IPC_PRIVATE
  if (row.state !== 'destroyed') return
  kernel.shms.remove(segment)
  kernel.fn.objectRemoved(kernel, 'shm', segment)
}

/**
 * The creator of segments is no more, which matters under shm_rmid_forced only. It is a thread: its process may live on.
 * Source: proc(5); ipc/shm.c exit_shm().
 */
export function exitShm(kernel: Kernel, tid: number): void {
  for (const segment of kernel.shms.ids((row) => row.creatorThread === tid)) {
    kernel.shms.edit(segment).creatorThread = 0
  }
}

/** What IPC_STAT tells; a member that is absent may have any value. */
export interface ShmStatus {
  readonly shm_segsz: number
  readonly shm_cpid: number
  readonly shm_lpid?: number
  readonly shm_nattch?: number
}

/**
 * Everything that IPC_STAT may show now. shmat counts its attach twice for a moment, and fork counts those that the
 * child inherits one by one: another's call in progress can be seen half done.
 * Source: shmctl(2); ipc/shm.c do_shmat(), kernel/fork.c dup_mmap().
 */
export function segmentStatuses(kernel: Kernel, caller: Readonly<Thread>, segment: number): readonly ShmStatus[] {
  const { size, cpid, lpid, nattch } = kernel.shms.at(segment)
  const fixed = { shm_segsz: size, shm_cpid: cpid }
  const others = kernel.threads.rows().filter(({ tid, call }) => tid !== caller.tid && call !== null)
  const attaching = others.filter(({ call }) => call!.syscall.name === 'shmat' && call!.args.id === segment)
  const statuses: ShmStatus[] = []
  for (let more = 0; more <= attaching.length; more++) {
    statuses.push({ ...fixed, shm_lpid: lpid, shm_nattch: nattch + more })
  }
  const forking = others.some(
    (thread) => thread.call!.syscall.makes === 'process' && attachesOf(kernel, thread, segment) > 1,
  )
  return forking ? [...statuses, fixed] : statuses
}

function attachesOf(kernel: Kernel, { mm }: Readonly<Thread>, segment: number): number {
  if (mm === 0) return 0
  return kernel.mms.at(mm).mappings.filter(({ kind, object }) => kind === 'shm' && object === segment).length
}
