import type { Kernel } from '../kernel.ts'
import type { OpenedByLibrary, Thread } from '../state/threads.ts'
import { isBlocked, isUndecided, type Answer, type Call, type Undecided } from '../syscall.ts'
import { descriptionOf, makeSlot } from './files.ts'
import { NOTHING_DONE } from './unfinished-calls.ts'

/** Promise a free descriptor to a call that is under way: nobody else gets it. Source: fs/file.c get_unused_fd_flags(). */
export function reserveFd(kernel: Kernel, files: number, fd: number): void {
  const table = kernel.files.edit(files)
  table.reserved = [...table.reserved, fd]
}

/** The promise is withdrawn, if it has not been kept. Source: fs/file.c put_unused_fd(). */
export function putUnusedFd(kernel: Kernel, files: number, fd: number): void {
  const { reserved, reservedCloexec } = kernel.files.at(files)
  if (!reserved.includes(fd)) return
  const table = kernel.files.edit(files)
  table.reserved = reserved.filter((other) => other !== fd)
  if (reservedCloexec.length > 0) table.reservedCloexec = reservedCloexec.filter((other) => other !== fd)
}

/** The promise is kept; close-on-exec, too, where close_range(2) has marked the number meanwhile. Source: fs/file.c fd_install(). */
export function keepPromise(kernel: Kernel, files: number, fd: number, description: number, cloexec: boolean): void {
  const marked = kernel.files.at(files).reservedCloexec.includes(fd)
  kernel.fn.putUnusedFd(kernel, files, fd)
  kernel.fn.setSlot(kernel, files, fd, makeSlot(description, cloexec || marked))
}

/** The number that a call which makes a descriptor gets: the one that it has promised itself, or the lowest that is free from `from` on. */
export const numberFor = (kernel: Kernel, { files, unfinished }: Readonly<Thread>, from = 0): number =>
  unfinished?.fds[0] ?? kernel.fn.lowestFree(kernel, files, from)

/** Those of a call that makes two. */
export function numbersForTwo(kernel: Kernel, caller: Readonly<Thread>): readonly [number, number] {
  const { files, unfinished } = caller
  const first = kernel.fn.numberFor(kernel, caller)
  const second = unfinished?.fds[1]
  return [first, second ?? kernel.fn.lowestFree(kernel, files, unfinished?.fds[0] === undefined ? first + 1 : 0)]
}

/** The limit leaves room for the descriptors of the call; promises were made under the limit of their time. */
export function hasRoomFor(kernel: Kernel, caller: Readonly<Thread>, ...fds: readonly number[]): boolean {
  const promised = caller.unfinished?.fds.length ?? 0
  return fds.every((fd, place) => place < promised || kernel.fn.mayOpen(kernel, caller, fd))
}

/**
 * `answer`, and what a call may do that takes the number of a descriptor before it has anything to put there, or finds
 * that there is nothing: others who share the table may meanwhile find the number taken, and no file behind it. That is
 * of no interest while nobody else takes a number or frees one. `description`: what the call has got hold of before, by id.
 * Source: dup(2) EBUSY; fs/file.c get_unused_fd_flags(), fd_install(), put_unused_fd().
 */
export function promising(
  kernel: Kernel,
  caller: Readonly<Thread>,
  fds: readonly number[],
  answer: Answer,
  description = 0,
): Answer {
  if (kernel.files.at(caller.files).users === 1 || isBlocked(answer) || isUndecided(answer)) return answer
  const promised = caller.unfinished?.fds ?? []
  const fd = fds[promised.length]
  if (fd === undefined || !kernel.fn.mayOpen(kernel, caller, fd) || !isRaced(kernel, caller)) return answer
  const effect = (k: Kernel) => {
    k.fn.reserveFd(k, caller.files, fd)
    const held = caller.unfinished ?? {
      ...NOTHING_DONE,
      description: description === 0 ? 0 : k.fn.fdget(k, caller.tid, description),
    }
    k.fn.stayInCall(k, caller.tid, { ...held, fds: [...promised, fd] })
  }
  return [...answer, { result: 0, goesOn: 'awake', isAside: true, effect }]
}

/** Another thread that shares the table is in a call, and may look at any number. */
export const isWatched = (kernel: Kernel, { tid, files }: Readonly<Thread>): boolean =>
  kernel.files.at(files).users > 1 &&
  kernel.threads.count((other) => other.files === files && other.tid !== tid && other.state === 'in-call') > 0

/**
 * `answer`, and what others may see who share the table, as the C library makes the call of several: by the first of them
 * it has a descriptor for what `open` opens, which stays open until the last. That is of no interest while nobody looks.
 */
export function openingFirst(
  kernel: Kernel,
  caller: Readonly<Thread>,
  fd: number,
  open: (kernel: Kernel) => number,
  answer: Answer,
): Answer {
  const all = kernel.fn.promising(kernel, caller, [fd], answer)
  if (isBlocked(all) || isUndecided(all)) return all
  if (!isWatched(kernel, caller) || !kernel.fn.hasRoomFor(kernel, caller, fd)) return all
  const effect = (k: Kernel) => {
    const description = open(k)
    const number = k.fn.installFd(k, caller.tid, description, false)
    k.fn.stayInCall(k, caller.tid, { ...NOTHING_DONE, opened: { fd: number, description } })
  }
  return [...all, { result: 0, goesOn: 'awake', isAside: true, effect }]
}

/** Another thread has closed or replaced what the library opened: what the library makes of that is not followed. */
export const isLost = (kernel: Kernel, caller: Readonly<Thread>, { fd, description }: OpenedByLibrary): boolean =>
  descriptionOf(kernel.fn.slotOf(kernel, caller, fd)) !== description

export const LOST: Undecided = { undecided: 'another thread has closed what the C library opened' }

/** Another thread that shares the table is in a call that takes a number as well, or frees one. */
const isRaced = (kernel: Kernel, { tid, files }: Readonly<Thread>): boolean =>
  kernel.threads.count(
    (other) => other.files === files && other.tid !== tid && other.state === 'in-call' && movesNumbers(other.call!),
  ) > 0

const movesNumbers = ({ syscall: { takesNumbers, name } }: Call): boolean =>
  takesNumbers || name === 'close' || name === 'close_range'
