import type { Kernel } from '../kernel.ts'
import { flags, path, word } from '../params.ts'
import { defineSyscall, fails, succeeds, type Answer } from '../syscall.ts'

function removeName(kernel: Kernel, path: string): Answer {
  const known = kernel.fn.lookupName(kernel, path) !== undefined
  const anybodys = kernel.fn.isAnybodys(kernel, path)
  if (!known && !anybodys) return fails('ENOENT')
  const removed = succeeds(0, known ? (k) => k.fn.unbindName(k, path) : undefined)
  return anybodys ? [...removed, ...kernel.fn.surprises()] : removed
}

/**
 * Remove a name. What it led to lives on while it has another, or while anybody has it open or mapped.
 * Errors: ENOENT.
 * Source: unlink(2); fs/namei.c do_unlinkat().
 */
export const unlink = defineSyscall({
  name: 'unlink',
  params: { pathname: path('file') },
  errors: ['ENOENT'],
  environment: ['EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EFAULT', 'EIO'],
  source: 'unlink(2); fs/namei.c do_unlinkat()',
  rule: (kernel, _caller, { pathname }) => removeName(kernel, pathname),
})

/** unlink(2) from the working directory; of directories (AT_REMOVEDIR) the model knows nothing. Source: unlinkat(2). */
export const unlinkat = defineSyscall({
  name: 'unlinkat',
  params: { dirfd: word('AT_FDCWD'), pathname: path('fifo'), flags: flags('AT_REMOVEDIR') },
  errors: ['ENOENT'],
  environment: ['EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EFAULT', 'EIO'],
  source: 'unlinkat(2); fs/namei.c do_unlinkat()',
  rule: (kernel, _caller, { pathname, flags }) =>
    flags.has('AT_REMOVEDIR') ? { undecided: 'removal of a directory', harmless: true } : removeName(kernel, pathname),
})
