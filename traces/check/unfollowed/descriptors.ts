import { ERRNOS } from '../../../model/errno.ts'
import type { Kernel } from '../../../model/kernel.ts'
import { boxed, constant, fd, int } from '../../../model/params.ts'
import type { Thread } from '../../../model/state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer, type Syscall } from '../../../model/syscall.ts'
import { forgetFile } from '../forget.ts'
import { harmless } from './harmless.ts'

/** No ioctl reaches what was opened with O_PATH. Source: open(2); fs/ioctl.c, fs/file.c fdget(). */
const isPathAlone = (kernel: Kernel, caller: Readonly<Thread>, fd: number): boolean =>
  kernel.fn.lookupFd(kernel, caller, fd)?.access === 'O_PATH'

/** Close-on-exec by ioctl. Source: ioctl(2); fs/ioctl.c do_vfs_ioctl(). */
const closeOnExec = (request: string, cloexec: boolean): Syscall =>
  defineSyscall({
    name: 'ioctl',
    form: request,
    params: { fd: fd(), request: constant(request) },
    source: 'ioctl(2); fs/ioctl.c do_vfs_ioctl()',
    rule(kernel, caller, { fd }): Answer {
      const slot = kernel.fn.slotOf(kernel, caller, fd)
      if (slot === 0 || isPathAlone(kernel, caller, fd)) return fails('EBADF')
      const changed = slot - (slot % 2) + (cloexec ? 1 : 0)
      return succeeds(0, (k) => k.fn.setSlot(k, caller.files, fd, changed))
    },
  })

/** O_NONBLOCK by ioctl. Source: ioctl(2); fs/ioctl.c ioctl_fionbio(). */
const FIONBIO = defineSyscall({
  name: 'ioctl',
  form: 'FIONBIO',
  params: { fd: fd(), request: constant('FIONBIO'), on: boxed(int()) },
  source: 'ioctl(2); fs/ioctl.c ioctl_fionbio()',
  rule(kernel, caller, { fd, on }): Answer {
    const slot = kernel.fn.slotOf(kernel, caller, fd)
    if (slot === 0 || isPathAlone(kernel, caller, fd)) return fails('EBADF')
    return succeeds(0, (k) => void (k.descriptions.edit(Math.floor(slot / 2)).nonblock = on !== 0))
  },
})

/** A pipe of another capacity. Source: fcntl(2) F_SETPIPE_SZ. */
const F_SETPIPE_SZ = defineSyscall({
  name: 'fcntl',
  form: 'F_SETPIPE_SZ',
  params: { fd: fd(), cmd: constant('F_SETPIPE_SZ') },
  environment: ERRNOS,
  source: 'fcntl(2) F_SETPIPE_SZ',
  rule: (_kernel, { tid }, { fd }) => harmless('the capacity of a pipe', (k) => forgetFile(k, tid, fd)),
})

/** Sizes, times and filters of a socket decide what it takes and gives. Source: socket(7). */
const setsockopt = defineSyscall({
  name: 'setsockopt',
  params: { fd: fd() },
  environment: ERRNOS,
  source: 'setsockopt(2), socket(7); net/socket.c __sys_setsockopt()',
  rule(kernel, caller, { fd }): Answer {
    const description = kernel.fn.lookupFd(kernel, caller, fd)
    if (description === undefined || description.access === 'O_PATH') return fails('EBADF')
    return harmless('an option of a socket', (k) => {
      if (description.kind === 'socket') forgetFile(k, caller.tid, fd)
    })
  },
})

/** Calls that change what is known of one open file. */
export const descriptorCalls: readonly Syscall[] = [
  closeOnExec('FIOCLEX', true),
  closeOnExec('FIONCLEX', false),
  FIONBIO,
  F_SETPIPE_SZ,
  setsockopt,
]
