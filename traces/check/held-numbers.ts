import type { Kernel } from '../../model/kernel.ts'
import { ERRNOS } from '../../model/errno.ts'
import { defineSyscall, type Call } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import type { Ground } from './ground.ts'

/** Calls that take a number before they know whether they will need it. Source: fs/open.c do_sys_openat2(), ipc/mqueue.c do_mq_open(). */
const TAKES_FIRST = /^(open|openat|openat2|creat|mq_open|accept|accept4)$/

/** An open of which it is known that it will fail. */
const failingOpen = defineSyscall({
  name: 'openat',
  params: {},
  interrupted: 'ERESTARTSYS',
  environment: ERRNOS,
  source: 'open(2)',
  rule: () => ({ undecided: 'an open that fails', harmless: true }),
})

/** Errors of the way to a file, none of which an open meets that sleeps. */
const ON_THE_WAY: ReadonlySet<string> = new Set([
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'ELOOP', 'EEXIST', 'ENAMETOOLONG', 'EROFS', 'EINVAL', 'EFAULT'],
])

/** The call to follow in the place of one among threads that share its table: an open that will fail makes nothing meanwhile. */
export function asItWillEnd(ground: Ground, tid: number, call: Call, { name, result }: CallInterval): Call {
  if (result?.kind !== 'error' || !name.startsWith('open')) return call
  const thread = ground.state().threads.get(tid)
  if (thread === undefined || !isShared(ground.state(), thread.files)) return call
  return !ON_THE_WAY.has(result.errno) ? call : { syscall: failingOpen, args: {} }
}

/** Failures that are remembered. */
const MOST_REMEMBERED = 32

/**
 * Numbers that a call which fails holds for a while, so that another thread's call gets a higher one. Only where threads
 * share a table of descriptors.
 */
export class HeldNumbers {
  private failed: { readonly files: number; readonly leaveLine: number }[] = []

  /** A call has come back. */
  left(ground: Ground, tid: number, { name, result, leaveLine }: CallInterval): void {
    if (result?.kind !== 'error' || !TAKES_FIRST.test(name)) return
    const thread = ground.state().threads.get(tid)
    if (thread === undefined || !isShared(ground.state(), thread.files)) return
    this.failed.push({ files: thread.files, leaveLine: leaveLine ?? 0 })
    if (this.failed.length > MOST_REMEMBERED) this.failed.shift()
  }

  /** Follow the return of a call that got a number above the lowest free one, if calls that failed can have held those between. */
  explains(
    ground: Ground,
    tid: number,
    { syscall }: Call,
    seen: SeenResult,
    since: number,
    again: () => boolean,
  ): boolean {
    const thread = ground.state().threads.get(tid)
    if (syscall.makes !== 'fd' || seen.kind !== 'value' || thread === undefined) return false
    const { files } = thread
    if (!isShared(ground.state(), files)) return false
    const free = freeBelow(ground.state(), files, seen.value)
    if (free.length === 0 || free.length > this.holders(ground, tid, files, since)) return false
    ground.follower.amend((kernel) => free.forEach((fd) => kernel.fn.reserveFd(kernel, files, fd)))
    const explained = again()
    ground.follower.amend((kernel) => free.forEach((fd) => kernel.fn.putUnusedFd(kernel, files, fd)))
    return explained
  }

  /** How many calls of others that fail were under way at some time since that line. */
  private holders(ground: Ground, tid: number, files: number, since: number): number {
    let count = this.failed.filter((one) => one.files === files && one.leaveLine > since).length
    for (const { tid: other, open } of ground.open.all()) {
      const { interval } = open
      if (other === tid || !TAKES_FIRST.test(interval.name) || interval.result?.kind === 'value') continue
      if (ground.state().threads.get(other)?.files === files) count++
    }
    return count
  }
}

const isShared = (kernel: Kernel, files: number): boolean => (kernel.files.get(files)?.users ?? 1) > 1

function freeBelow(kernel: Kernel, files: number, above: number): number[] {
  const found: number[] = []
  for (let fd = kernel.fn.lowestFree(kernel, files); fd < above; fd = kernel.fn.lowestFree(kernel, files, fd + 1))
    found.push(fd)
  return found
}
