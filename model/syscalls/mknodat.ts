import { EMPTY_PIPE } from '../functions/pipes.ts'
import type { Kernel } from '../kernel.ts'
import { flagsAndMode, path, word } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer } from '../syscall.ts'

function makeNode(kernel: Kernel, caller: Readonly<Thread>, path: string, type: ReadonlySet<string>): Answer {
  if (type.size > 1) return fails('EINVAL')
  const exists = kernel.fn.lookupName(kernel, path) !== undefined
  const anybodys = kernel.fn.isAnybodys(kernel, path)
  if (exists && !anybodys) return fails('EEXIST')
  const fifo = type.has('S_IFIFO')
  const made = succeeds(0, (k) => {
    k.fn.unbindName(k, path)
    k.fn.createNamed(k, caller.pid, path, fifo ? { kind: 'fifo', pipe: EMPTY_PIPE } : { kind: 'regular' })
  })
  return anybodys ? [...made, ...kernel.fn.surprises('EEXIST')] : made
}

/**
 * Make a FIFO (S_IFIFO), as mkfifo(3) does, or an empty regular file (S_IFREG, or no type). Errors: EEXIST.
 * Source: mknod(2), mkfifo(3); fs/namei.c do_mknodat().
 */
export const mknodat = defineSyscall({
  name: 'mknodat',
  params: { dirfd: word('AT_FDCWD'), pathname: path('fifo'), mode: flagsAndMode('S_IFIFO', 'S_IFREG') },
  errors: ['EEXIST', 'EINVAL'],
  environment: ['EINVAL', 'EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EFAULT', 'ENOSPC', 'EDQUOT', 'ENOMEM'],
  source: 'mknodat(2), mkfifo(3); fs/namei.c do_mknodat()',
  rule: (kernel, caller, { pathname, mode }) => makeNode(kernel, caller, pathname, mode),
})

/** mknodat(2) from the working directory. Source: mknod(2). */
export const mknod = defineSyscall({
  name: 'mknod',
  params: { pathname: path('fifo'), mode: flagsAndMode('S_IFIFO', 'S_IFREG') },
  errors: ['EEXIST', 'EINVAL'],
  environment: ['EINVAL', 'EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EFAULT', 'ENOSPC', 'EDQUOT', 'ENOMEM'],
  source: 'mknod(2), mkfifo(3); fs/namei.c do_mknodat()',
  rule: (kernel, caller, { pathname, mode }) => makeNode(kernel, caller, pathname, mode),
})
