import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { openFileDescriptionChart } from '../lifecycle/open-file-description.ts'
import { newDescriptorTable, type DescriptorTable, type Inode, type OpenFileDescription } from '../state/open-files.ts'
import type { Thread } from '../state/threads.ts'

/** The lowest free descriptor at or above `from`. Source: open(2); fs/file.c alloc_fd(). */
export function lowestFree(kernel: Kernel, files: number, from = 0): number {
  const { slots, firstFree, reserved } = kernel.files.at(files)
  let fd = from > firstFree ? from : firstFree
  while ((fd < slots.length && slots[fd] !== 0) || reserved.includes(fd)) fd++
  return fd
}

/** The slot of an open descriptor, 0 for a number that is not open. */
export function slotOf(kernel: Kernel, caller: Readonly<Thread>, fd: number): number {
  return kernel.files.at(caller.files).slots[fd] ?? 0
}

/** The open file description behind a slot. */
export const descriptionOf = (slot: number): number => Math.floor(slot / 2)
export const isCloexec = (slot: number): boolean => slot % 2 === 1
export const makeSlot = (description: number, cloexec: boolean): number => description * 2 + (cloexec ? 1 : 0)

/** The open file description of a descriptor, undefined for a number that is not open. */
export function lookupFd(
  kernel: Kernel,
  caller: Readonly<Thread>,
  fd: number,
): Readonly<OpenFileDescription> | undefined {
  const slot = kernel.fn.slotOf(kernel, caller, fd)
  return slot === 0 ? undefined : kernel.descriptions.at(descriptionOf(slot))
}

/** Write a slot: 0 frees it. References are the caller's affair. */
export function setSlot(kernel: Kernel, files: number, fd: number, slot: number): void {
  const table = writableSlots(kernel, files)
  const { slots } = table
  while (slots.length <= fd) slots.push(0)
  if (slots[fd] === 0 && slot !== 0) table.used++
  if (slots[fd] !== 0 && slot === 0) table.used--
  slots[fd] = slot
  if (slot === 0) {
    if (fd < table.firstFree) table.firstFree = fd
  } else if (fd === table.firstFree) {
    let free = fd
    while (free < slots.length && slots[free] !== 0) free++
    table.firstFree = free
  }
}

function writableSlots(kernel: Kernel, files: number): DescriptorTable {
  const table = kernel.files.edit(files)
  const { stamp } = kernel.ledger
  if (table.slotsOwn !== stamp) {
    table.slots = table.slots.slice()
    table.slotsOwn = stamp
  }
  return table
}

const NONE: readonly never[] = []

/** What a maker of inodes says of them. */
export type NewInode = Pick<Inode, 'kind'> & Partial<Pick<Inode, 'links' | 'size' | 'pipe' | 'object'>>

/** A new inode that nothing names yet. */
export function newInode(
  kernel: Kernel,
  maker: number,
  { kind, links = 0, size = 0, pipe = null, object = 0 }: NewInode,
): number {
  return kernel.inodes.add(maker, () => ({
    kind,
    links,
    users: 0,
    size,
    data: '',
    pipe,
    object,
    recordLocks: NONE,
    lockWaiters: NONE,
    flocks: NONE,
    own: 0,
    step: 0,
    hash: 0,
  }))
}

/** What a maker of open file descriptions says of them. */
export type NewDescription = Pick<OpenFileDescription, 'inode' | 'access' | 'kind'> &
  Partial<Pick<OpenFileDescription, 'offset' | 'append' | 'nonblock' | 'direct' | 'openFlags' | 'terminal'>>

/** A new open file description with one reference, which the caller is about to place. */
export function newDescription(kernel: Kernel, maker: number, fields: NewDescription): number {
  const { inode, access, kind, offset = 0, append = false, nonblock = false, direct = false } = fields
  const { openFlags = 0, terminal = 0 } = fields
  kernel.inodes.edit(inode).users++
  return kernel.descriptions.add(maker, () => ({
    state: openFileDescriptionChart.initial,
    references: 1,
    inode,
    access,
    offset,
    append,
    nonblock,
    direct,
    openFlags,
    terminal,
    kind,
    own: 0,
    step: 0,
    hash: 0,
  }))
}

/** One more reference: dup, fork, mmap. */
export function getFile(kernel: Kernel, description: number): void {
  const row = kernel.descriptions.edit(description)
  row.state = advance(openFileDescriptionChart, row.state, 'DUPLICATE')
  row.references++
}

/**
 * One reference fewer. The last one queues the release on the thread that dropped it, which runs it before it returns to
 * user mode, or in exit_task_work. Source: fs/file_table.c fput().
 */
export function fput(kernel: Kernel, tid: number, description: number): void {
  const row = kernel.descriptions.edit(description)
  row.references--
  row.state = advance(openFileDescriptionChart, row.state, row.references === 0 ? 'LAST_PUT' : 'PUT')
  if (row.references > 0) return
  const thread = kernel.threads.edit(tid)
  thread.work = [...thread.work, description]
}

/**
 * What every removal of a slot does, whether or not the open file description lives on: the process's message-queue
 * registration and the table's POSIX locks on the inode go. Source: fs/open.c filp_flush().
 */
export function filpFlush(kernel: Kernel, tid: number, files: number, description: number): void {
  const row = kernel.descriptions.at(description)
  if (row.access === 'O_PATH') return
  kernel.fn.mqueueFlushFile(kernel, tid, row)
  kernel.fn.locksRemovePosix(kernel, files, row.inode)
}

/** Remove a slot that is in use. Source: close(2); fs/open.c filp_close(). */
export function closeFd(kernel: Kernel, tid: number, fd: number): void {
  const { files } = kernel.threads.at(tid)
  const description = descriptionOf(kernel.files.at(files).slots[fd]!)
  setSlot(kernel, files, fd, 0)
  kernel.fn.filpFlush(kernel, tid, files, description)
  kernel.fn.fput(kernel, tid, description)
}

/**
 * Release an open file description whose last reference is gone; what it held itself is queued for the same thread.
 * Source: fs/file_table.c __fput().
 */
export function releaseDescription(kernel: Kernel, description: number, tid: number): void {
  const row = kernel.descriptions.edit(description)
  row.state = advance(openFileDescriptionChart, row.state, 'RELEASE')
  kernel.fn.locksRemoveFile(kernel, description)
  switch (row.kind) {
    case 'pipe':
      kernel.fn.pipeRelease(kernel, row)
      break
    case 'terminal':
    case 'terminal-master':
      kernel.fn.ttyRelease(kernel, row)
      break
    case 'message-queue':
      kernel.fn.mqueueRelease(kernel, row)
      break
    case 'socket':
      kernel.fn.socketRelease(kernel, tid, kernel.inodes.at(row.inode).object)
      break
    case 'file':
    case 'opaque':
  }
  kernel.descriptions.remove(description)
  kernel.fn.iput(kernel, row.inode)
}

/** One user of an inode fewer; without users and names its storage is freed. Source: unlink(2); fs/inode.c iput(). */
export function iput(kernel: Kernel, inode: number): void {
  const row = kernel.inodes.edit(inode)
  row.users--
  if (row.users === 0 && row.links === 0) kernel.inodes.remove(inode)
}

/** Run the release that was queued last. Source: kernel/task_work.c task_work_run(). */
export function taskWorkRunOne(kernel: Kernel, tid: number): void {
  const { work } = kernel.threads.at(tid)
  const description = work[work.length - 1]!
  kernel.threads.edit(tid).work = work.slice(0, -1)
  kernel.fn.releaseDescription(kernel, description, tid)
}

/** A copy of a descriptor table: slots copied, each open file description shared. Source: fs/file.c dup_fd(). */
export function dupFd(kernel: Kernel, maker: number, files: number): number {
  const from = kernel.files.at(files)
  for (const slot of from.slots) if (slot !== 0) kernel.fn.getFile(kernel, descriptionOf(slot))
  return kernel.files.add(maker, () => newDescriptorTable(kernel.ledger.stamp, from))
}

/** As many descriptors as a process can have, whatever its limit. Source: proc(5) /proc/sys/fs/nr_open. */
const NR_OPEN = 1_048_576

/** Descriptors that the caller may yet open: EMFILE when the lowest free number is not below the limit. */
export function mayOpen(kernel: Kernel, caller: Readonly<Thread>, fd: number): boolean {
  return fd < Math.min(kernel.processOf(caller).limits.NOFILE, NR_OPEN)
}

/**
 * Place an open file description at the first descriptor that the call has promised itself and has not used, or else at the
 * lowest free one, which must be below the limit.
 */
export function installFd(kernel: Kernel, tid: number, description: number, cloexec: boolean): number {
  const { files, unfinished } = kernel.threads.at(tid)
  const promised = unfinished?.fds.find((number) => kernel.files.at(files).reserved.includes(number))
  if (promised !== undefined) {
    kernel.fn.keepPromise(kernel, files, promised, description, cloexec)
    return promised
  }
  const fd = kernel.fn.lowestFree(kernel, files)
  setSlot(kernel, files, fd, makeSlot(description, cloexec))
  return fd
}

/** One more descriptor for an open file description, at a free number. Source: dup(2); fs/file.c f_dupfd(). */
export function dupSlot(kernel: Kernel, tid: number, description: number, fd: number, cloexec: boolean): void {
  kernel.fn.getFile(kernel, description)
  kernel.fn.keepPromise(kernel, kernel.threads.at(tid).files, fd, description, cloexec)
}

/**
 * One more descriptor for an open file description, at a number that may be in use: what stood there is closed.
 * Source: dup2(2); fs/file.c do_dup2().
 */
export function replaceFd(kernel: Kernel, tid: number, description: number, fd: number, cloexec: boolean): void {
  const { files } = kernel.threads.at(tid)
  const replaced = kernel.files.at(files).slots[fd] ?? 0
  kernel.fn.dupSlot(kernel, tid, description, fd, cloexec)
  if (replaced === 0) return
  kernel.fn.filpFlush(kernel, tid, files, descriptionOf(replaced))
  kernel.fn.fput(kernel, tid, descriptionOf(replaced))
}

/** The status flags of an open file description, which all its holders share. Source: fcntl(2) F_SETFL; fs/fcntl.c setfl(). */
export function setStatus(
  kernel: Kernel,
  description: number,
  status: Pick<OpenFileDescription, 'append' | 'nonblock' | 'direct'>,
): void {
  const { append, nonblock, direct } = kernel.descriptions.at(description)
  if (append === status.append && nonblock === status.nonblock && direct === status.direct) return
  Object.assign(kernel.descriptions.edit(description), status)
}
