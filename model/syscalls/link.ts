import { path } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Give what has a name one more.
 * Errors: ENOENT, nothing has the old name, which is tested before EEXIST, something has the new one.
 * Source: link(2); fs/namei.c do_linkat().
 */
export const link = defineSyscall({
  name: 'link',
  params: { oldpath: path('file'), newpath: path('file') },
  errors: ['EEXIST', 'ENOENT'],
  environment: ['EACCES', 'EINVAL', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EFAULT', 'EIO', 'ENOSPC', 'EDQUOT'],
  source: 'link(2); fs/namei.c do_linkat()',
  rule(kernel, _caller, { oldpath, newpath }) {
    const inode = kernel.fn.lookupName(kernel, oldpath)
    const exists = kernel.fn.lookupName(kernel, newpath) !== undefined
    const linked = succeeds(0, (k) => k.fn.replaceName(k, newpath, inode))
    if (kernel.fn.isAnybodys(kernel, oldpath) || kernel.fn.isAnybodys(kernel, newpath))
      return [...linked, ...kernel.fn.surprises('EEXIST', 'EXDEV')]
    if (inode === undefined) return fails('ENOENT')
    return exists ? fails('EEXIST') : linked
  },
})
