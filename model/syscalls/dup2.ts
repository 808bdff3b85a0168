import { descriptionOf } from '../functions/files.ts'
import type { Kernel } from '../kernel.ts'
import { fd, flags, newFd } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer } from '../syscall.ts'

function dupTo(kernel: Kernel, caller: Readonly<Thread>, oldfd: number, newfd: number, cloexec: boolean): Answer {
  if (newfd < 0 || !kernel.fn.mayOpen(kernel, caller, newfd)) return fails('EBADF')
  const slot = kernel.fn.slotOf(kernel, caller, oldfd)
  if (slot === 0) return fails('EBADF')
  if (kernel.files.at(caller.files).reserved.includes(newfd)) return fails('EBUSY')
  return succeeds(newfd, (k) => k.fn.replaceFd(k, caller.tid, descriptionOf(slot), newfd, cloexec))
}

/**
 * The descriptor `newfd` for the open file description of `oldfd`, in the place of what was there; without
 * close-on-exec. With both equal nothing happens.
 * Errors: EBADF, also for a `newfd` at or above RLIMIT_NOFILE; EBUSY, another thread is just opening it.
 * Source: dup2(2); fs/file.c ksys_dup3(), do_dup2().
 */
export const dup2 = defineSyscall({
  name: 'dup2',
  params: { oldfd: fd(), newfd: newFd() },
  makes: 'fd',
  standsFor: 'oldfd',
  errors: ['EBADF', 'EBUSY'],
  source: 'dup2(2); fs/file.c do_dup2()',
  rule(kernel, caller, { oldfd, newfd }) {
    if (oldfd !== newfd) return dupTo(kernel, caller, oldfd, newfd, false)
    return kernel.fn.slotOf(kernel, caller, oldfd) === 0 ? fails('EBADF') : succeeds(newfd)
  },
})

/**
 * dup2(2) that can set close-on-exec. Errors: EINVAL, both are equal, whatever they are; those of dup2.
 * Source: dup3(2); fs/file.c ksys_dup3().
 */
export const dup3 = defineSyscall({
  name: 'dup3',
  params: { oldfd: fd(), newfd: newFd(), flags: flags('O_CLOEXEC') },
  makes: 'fd',
  standsFor: 'oldfd',
  errors: ['EBADF', 'EBUSY', 'EINVAL'],
  source: 'dup3(2); fs/file.c ksys_dup3()',
  rule(kernel, caller, { oldfd, newfd, flags }) {
    if (oldfd === newfd) return fails('EINVAL')
    return dupTo(kernel, caller, oldfd, newfd, flags.has('O_CLOEXEC'))
  },
})
