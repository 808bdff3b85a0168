import type { Kernel } from '../kernel.ts'
import { descriptionOf, makeSlot } from './files.ts'

/** Descriptors, both ends inclusive. */
export interface DescriptorRange {
  readonly from: number
  readonly to: number
}

/**
 * Give the thread a descriptor table of its own. A `hole` that reaches to the end of the table is not copied at all.
 * Source: unshare(2) CLONE_FILES, close_range(2); fs/file.c dup_fd(), unshare_fd().
 */
export function unshareFiles(kernel: Kernel, tid: number, hole: DescriptorRange | null = null): void {
  const { files, pid } = kernel.threads.at(tid)
  const { users, slots } = kernel.files.at(files)
  if (users === 1) return
  const own = kernel.fn.dupFd(kernel, pid, files)
  kernel.threads.edit(tid).files = own
  kernel.files.edit(files).users--
  if (hole === null || slots.findLastIndex((slot) => slot !== 0) > hole.to) return
  for (let fd = hole.from; fd < slots.length; fd++) {
    if (slots[fd] === 0) continue
    kernel.fn.setSlot(kernel, own, fd, 0)
    kernel.fn.fput(kernel, tid, descriptionOf(slots[fd]!))
  }
}

/** Close what is open between two numbers, the lowest first. Source: close_range(2); fs/file.c __range_close(). */
export function closeRange(kernel: Kernel, tid: number, from: number, to: number): void {
  const { files } = kernel.threads.at(tid)
  for (let fd = from; fd <= to && fd < kernel.files.at(files).slots.length; fd++) {
    if (kernel.files.at(files).slots[fd] !== 0) kernel.fn.closeFd(kernel, tid, fd)
  }
}

/** Set the close-on-exec flag of what is open between two numbers. Source: close_range(2); fs/file.c __range_cloexec(). */
export function setCloexecRange(kernel: Kernel, files: number, from: number, to: number): void {
  for (let fd = from; fd <= to && fd < kernel.files.at(files).slots.length; fd++) {
    const slot = kernel.files.at(files).slots[fd]!
    if (slot !== 0) kernel.fn.setSlot(kernel, files, fd, makeSlot(descriptionOf(slot), true))
  }
}
