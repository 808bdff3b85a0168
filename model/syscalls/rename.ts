import { path } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Move a name. What had the new name loses it, and lives on as after unlink(2); two names of one file both stay.
 * Errors: ENOENT.
 * Source: rename(2); fs/namei.c do_renameat2().
 */
export const rename = defineSyscall({
  name: 'rename',
  params: { oldpath: path('file'), newpath: path('file') },
  environment: ['EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EFAULT', 'EIO', 'ENOSPC', 'EDQUOT'],
  source: 'rename(2); fs/namei.c do_renameat2()',
  rule(kernel, _caller, { oldpath, newpath }) {
    if (kernel.fn.isAnybodys(kernel, oldpath) || kernel.fn.isAnybodys(kernel, newpath))
      return { undecided: 'rename of a name that others may change' }
    const inode = kernel.fn.lookupName(kernel, oldpath)
    if (inode === undefined) return fails('ENOENT')
    if (kernel.fn.lookupName(kernel, newpath) === inode) return succeeds(0)
    return succeeds(0, (k) => {
      k.fn.unbindName(k, newpath)
      k.fn.bindName(k, newpath, inode)
      k.fn.unbindName(k, oldpath)
    })
  },
})
