import type { Kernel } from '../kernel.ts'
import type { Thread, Unfinished } from '../state/threads.ts'
import { blocksOn, goesOn, type Answer } from '../syscall.ts'
import { descriptionOf } from './files.ts'

export const NOTHING_DONE: Unfinished = {
  description: 0,
  fds: [],
  openings: 0,
  bytes: 0,
  terminal: 0,
  opened: null,
  received: null,
}

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

/** A call that slept has taken effect, or has given up: what it holds goes. Source: fs/file.c fdput(), put_unused_fd(). */
export function finishCall(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.edit(tid)
  const { description, fds, terminal } = thread.unfinished!
  thread.unfinished = null
  for (const fd of fds) kernel.fn.putUnusedFd(kernel, thread.files, fd)
  if (terminal !== 0) kernel.fn.leaveReaders(kernel, tid, terminal)
  if (description !== 0) kernel.fn.fput(kernel, tid, description)
}

/** A call that slept gives up, for a signal or because its thread dies: what it holds goes at once. */
export function abandonCall(kernel: Kernel, tid: number): void {
  kernel.fn.finishCall(kernel, tid)
  while (kernel.threads.at(tid).work.length > 0) kernel.fn.taskWorkRunOne(kernel, tid)
}

/** Beside what it has promised itself, the call has done something. */
export const isHolding = ({ unfinished }: Readonly<Thread>): boolean =>
  unfinished !== null && (unfinished.fds.length === 0 || unfinished.description !== 0)
