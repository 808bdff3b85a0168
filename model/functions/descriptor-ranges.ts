import type { Kernel } from '../kernel.ts'
import { descriptionOf, makeSlot } from './files.ts'

/** close_range(2) itself. Source: fs/file.c __do_sys_close_range(). */
export function closeOrMarkRange(
  kernel: Kernel,
  tid: number,
  from: number,
  to: number,
  flags: ReadonlySet<'CLOSE_RANGE_UNSHARE' | 'CLOSE_RANGE_CLOEXEC'>,
): void {
  const cloexec = flags.has('CLOSE_RANGE_CLOEXEC')
  if (flags.has('CLOSE_RANGE_UNSHARE')) {
    if (cloexec) kernel.fn.unshareFiles(kernel, tid)
    else kernel.fn.unshareFilesBut(kernel, tid, from, to)
  }
  if (cloexec) kernel.fn.setCloexecRange(kernel, kernel.threads.at(tid).files, from, to)
  else kernel.fn.closeRange(kernel, tid, from, to)
}

/** The sizes of descriptor tables are multiples of it. */
const BITS_PER_LONG = 64

/**
 * Give the thread a descriptor table of its own. When nothing is open beyond two numbers, the table is made no larger than
 * what is below them needs, and what does not fit is not copied; what fits is, and is yet to be closed.
 * Source: close_range(2) CLOSE_RANGE_UNSHARE; fs/file.c dup_fd(), sane_fdtable_size().
 */
export function unshareFilesBut(kernel: Kernel, tid: number, from: number, to: number): void {
  const { files } = kernel.threads.at(tid)
  const { users, slots } = kernel.files.at(files)
  if (users === 1) return
  kernel.fn.unshareFiles(kernel, tid)
  const last = slots.findLastIndex((slot) => slot !== 0)
  if (last > to || last < from) return
  const below = slots.findLastIndex((slot, fd) => slot !== 0 && fd < from)
  const size = Math.max(1, Math.ceil((below + 1) / BITS_PER_LONG)) * BITS_PER_LONG
  const own = kernel.threads.at(tid).files
  for (let fd = Math.max(from, size); fd < slots.length; fd++) {
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

/**
 * Set the close-on-exec flag of what is open between two numbers, and of what an open that waits has been promised.
 * Source: close_range(2); fs/file.c __range_cloexec().
 */
export function setCloexecRange(kernel: Kernel, files: number, from: number, to: number): void {
  for (let fd = from; fd <= to && fd < kernel.files.at(files).slots.length; fd++) {
    const slot = kernel.files.at(files).slots[fd]!
    if (slot !== 0) kernel.fn.setSlot(kernel, files, fd, makeSlot(descriptionOf(slot), true))
  }
  const { reserved, reservedCloexec } = kernel.files.at(files)
  const marked = reserved.filter((fd) => (fd >= from && fd <= to) || reservedCloexec.includes(fd))
  if (marked.length > reservedCloexec.length) kernel.files.edit(files).reservedCloexec = marked
}
