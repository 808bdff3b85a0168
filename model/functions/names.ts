import type { Errno } from '../errno.ts'
import type { Kernel } from '../kernel.ts'
import type { Inode } from '../state/open-files.ts'
import type { Fields } from '../state/table.ts'
import type { Outcome } from '../syscall.ts'

/** One spelling for a path: without empty and `.` components. Links and `..` are left alone. */
export function spellPath(path: string): string {
  const whole = path.replace(/\/(\.?\/)+/g, '/').replace(/^(\.\/)+(?=.)/, '')
  return whole.endsWith('/.') ? whole.slice(0, -1) : whole
}

/** The inode of a name; undefined when the model knows none. */
export function lookupName(kernel: Kernel, path: string): number | undefined {
  return kernel.names.get(spellPath(path))
}

/**
 * Whether others than the processes of the model may make, change or remove what has this name. A program runs in a
 * directory of its own, empty at first, so that only names elsewhere are anybody's.
 */
export function isAnybodys(_kernel: Kernel, path: string): boolean {
  const spelt = spellPath(path)
  return spelt.includes('/') || spelt === '.' || spelt === '..'
}

/**
 * Whether O_CREAT of a name that is anybody's may find something there as well as make it; else it makes what is not
 * known, and finds what is.
 */
export const mayBeOld = (path: string): boolean => path !== ''

/** Errors of a name that is anybody's: what is there may be gone, a directory, or behind something that is none. */
export const surprises = (...more: Errno[]): readonly Outcome[] =>
  ['ENOENT', 'ENOTDIR', 'EISDIR', 'EBUSY', 'ELOOP', ...more].map((result) => ({ result: result as Errno }))

/** Give an inode one more name. Source: link(2), open(2); fs/inode.c inc_nlink(). */
export function bindName(kernel: Kernel, path: string, inode: number): void {
  kernel.names.set(spellPath(path), inode)
  kernel.inodes.edit(inode).links++
}

/** Take a name away; the inode is freed if it was the last, and nobody has it open. Source: unlink(2); fs/namei.c vfs_unlink(). */
export function unbindName(kernel: Kernel, path: string): void {
  const spelt = spellPath(path)
  const id = kernel.names.get(spelt)
  if (id === undefined) return
  kernel.names.delete(spelt)
  const inode = kernel.inodes.edit(id)
  inode.links--
  if (inode.links === 0 && inode.users === 0) kernel.inodes.remove(id)
}

/** A new inode under a new name. Source: open(2) O_CREAT, mknod(2). */
export function createNamed(
  kernel: Kernel,
  maker: number,
  path: string,
  fields: Partial<Fields<Inode>> & Pick<Inode, 'kind'>,
): number {
  const inode = kernel.fn.newInode(kernel, maker, fields)
  kernel.fn.bindName(kernel, path, inode)
  return inode
}

/** A name leads to this inode from now on, and no more to another; undefined: to what the model does not know. */
export function replaceName(kernel: Kernel, path: string, inode: number | undefined): void {
  kernel.fn.unbindName(kernel, path)
  if (inode !== undefined) kernel.fn.bindName(kernel, path, inode)
}
