import type { Kernel } from '../kernel.ts'
import type { Thread } from '../state/threads.ts'

/** Links to the others. Source: proc(5) /proc/pid/fd. */
const STANDARD: ReadonlyMap<string, number> = new Map([
  ['/dev/stdin', 0],
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
])

const NUMBERED = /^(?:\/proc\/(?:self|thread-self)|\/dev)\/fd\/(\d+)$/

/** The descriptor of whoever opens it that a name stands for; undefined for other names. */
export function fdOfMagicLink(path: string): number | undefined {
  if (!path.startsWith('/proc/') && !path.startsWith('/dev/')) return undefined
  const number = NUMBERED.exec(path)?.[1]
  return number === undefined ? STANDARD.get(path) : Number(number)
}

/** The inode behind it; undefined also where the descriptor is not open. Source: proc(5) /proc/pid/fd; fs/proc/fd.c proc_fd_link(). */
export function inodeOfMagicLink(kernel: Kernel, caller: Readonly<Thread>, path: string): number | undefined {
  const fd = fdOfMagicLink(path)
  return fd === undefined ? undefined : kernel.fn.lookupFd(kernel, caller, fd)?.inode
}
