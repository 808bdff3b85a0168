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
  errors: ['ENOENT'],
  environment: ['EACCES', 'EINVAL', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EFAULT', 'EIO', 'ENOSPC', 'EDQUOT'],
  source: 'rename(2); fs/namei.c do_renameat2()',
  rule(kernel, _caller, { oldpath, newpath }) {
    const inode = kernel.fn.lookupName(kernel, oldpath)
    const moved = succeeds(0, (k) => {
      if (inode !== undefined && k.fn.lookupName(k, newpath) === inode) return
      k.fn.replaceName(k, newpath, inode)
      k.fn.unbindName(k, oldpath)
    })
    if (kernel.fn.isAnybodys(kernel, oldpath) || kernel.fn.isAnybodys(kernel, newpath))
      return [...moved, ...kernel.fn.surprises('ENOTEMPTY', 'EXDEV', 'EEXIST')]
    return inode === undefined ? fails('ENOENT') : moved
  },
})
