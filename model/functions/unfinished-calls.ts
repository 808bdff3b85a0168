import type { Kernel } from '../kernel.ts'
import type { Thread, Unfinished } from '../state/threads.ts'
import { blocksOn, goesOn, type Answer } from '../syscall.ts'
import { descriptionOf } from './files.ts'

export const NOTHING_DONE: Unfinished = { description: 0, fd: -1, openings: 0, bytes: 0, terminal: 0 }

/**
 * The open file description that a call works on, by id; 0 for a number that is not open. A call that sleeps keeps the
 * one it found, whatever becomes of the descriptor. Source: fs/file.c fdget().
 */
export function describedBy(kernel: Kernel, caller: Readonly<Thread>, fd: number): number {
  const held = caller.unfinished?.description ?? 0
  return held === 0 ? descriptionOf(kernel.fn.slotOf(kernel, caller, fd)) : held
}

/**
 * Sleep on an open file description. Where another thread might close the descriptor meanwhile, the call first takes a
 * reference of its own. Source: close(2) NOTES; fs/file.c fdget().
 */
export function sleepsOn(kernel: Kernel, caller: Readonly<Thread>, description: number, key: number): Answer {
  if (kernel.files.at(caller.files).users === 1 || caller.unfinished !== null) return blocksOn(key)
  return goesOn((k) =>
    k.fn.stayInCall(k, caller.tid, { ...NOTHING_DONE, description: k.fn.fdget(k, caller.tid, description) }),
  )
}

/** What a call has come to before it sleeps. */
export function stayInCall(kernel: Kernel, tid: number, unfinished: Unfinished): void {
  kernel.threads.edit(tid).unfinished = unfinished
}

/**
 * The reference that a call takes for its own time, by id; 0 where nobody else can close the descriptor and it takes
 * none. Source: fs/file.c __fget_light().
 */
export function fdget(kernel: Kernel, tid: number, description: number): number {
  if (kernel.files.at(kernel.threads.at(tid).files).users === 1) return 0
  kernel.fn.getFile(kernel, description)
  return description
}

/** A call that slept has taken effect: the reference of its own goes. Source: fs/file.c fdput(). */
export function finishCall(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.edit(tid)
  const { description, terminal } = thread.unfinished!
  thread.unfinished = null
  if (terminal !== 0) kernel.fn.leaveReaders(kernel, tid, terminal)
  if (description !== 0) kernel.fn.fput(kernel, tid, description)
}

/**
 * A call that slept gives up, for a signal or because its thread dies: what it holds goes at once, a promised descriptor
 * too. Source: fs/file.c fdput(), put_unused_fd().
 */
export function abandonCall(kernel: Kernel, tid: number): void {
  const { unfinished, files } = kernel.threads.at(tid)
  if (unfinished!.fd >= 0) kernel.fn.putUnusedFd(kernel, files, unfinished!.fd)
  kernel.fn.finishCall(kernel, tid)
  while (kernel.threads.at(tid).work.length > 0) kernel.fn.taskWorkRunOne(kernel, tid)
}

/** Promise a free descriptor to an open that must wait: nobody else gets it. Source: fs/file.c get_unused_fd_flags(). */
export function reserveFd(kernel: Kernel, files: number, fd: number): void {
  const table = kernel.files.edit(files)
  table.reserved = [...table.reserved, fd]
}

/** The promise is kept, or withdrawn. Source: fs/file.c fd_install(), put_unused_fd(). */
export function putUnusedFd(kernel: Kernel, files: number, fd: number): void {
  const table = kernel.files.edit(files)
  table.reserved = table.reserved.filter((other) => other !== fd)
  if (table.reservedCloexec.length > 0) table.reservedCloexec = table.reservedCloexec.filter((other) => other !== fd)
}
