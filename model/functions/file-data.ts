import type { Kernel } from '../kernel.ts'
import type { Inode } from '../state/open-files.ts'
import { fails, succeeds, type Answer } from '../syscall.ts'

/** Bytes of a regular file up to which the model follows its content; beyond, only its size. */
const FOLLOWED = 4096

/** Whether the model knows what is in the file. */
export const isFollowed = (inode: Readonly<Inode>): boolean => inode.data.length === inode.size

/** The bytes from the offset on, up to `count`; `buf` where the content is followed. Source: read(2); mm/filemap.c filemap_read(). */
export function fileRead(kernel: Kernel, description: number, count: number): Answer {
  const { offset, inode } = kernel.descriptions.at(description)
  const file = kernel.inodes.at(inode)
  const bytes = Math.max(0, Math.min(count, file.size - offset))
  const out = isFollowed(file) ? { buf: file.data.slice(offset, offset + bytes) } : undefined
  if (bytes === 0) return succeeds(0, undefined, out)
  return succeeds(bytes, (k) => k.fn.moveOffset(k, description, bytes), out)
}

/** The bytes at a place of the caller's choosing; the offset stays where it is. Source: pread(2). */
export function fileReadAt(kernel: Kernel, inode: number, offset: number, count: number): Answer {
  const file = kernel.inodes.at(inode)
  const bytes = Math.max(0, Math.min(count, file.size - offset))
  return succeeds(bytes, undefined, isFollowed(file) ? { buf: file.data.slice(offset, offset + bytes) } : undefined)
}

/** Shared by everybody who has the open file description. Source: read(2), lseek(2). */
export function moveOffset(kernel: Kernel, description: number, bytes: number): void {
  kernel.descriptions.edit(description).offset += bytes
}

/**
 * Write at the offset, or with O_APPEND at the end of the file; a gap reads as zeros. `data` may be shorter than `count`,
 * where a trace shows less. Source: write(2); mm/filemap.c generic_perform_write().
 */
export function fileWrite(_kernel: Kernel, description: number, data: string, count: number): Answer {
  if (count === 0) return succeeds(0)
  return succeeds(count, (k) => {
    const row = k.descriptions.edit(description)
    if (row.append) row.offset = k.inodes.at(row.inode).size
    k.fn.writeBytes(k, row.inode, row.offset, data, count)
    row.offset += count
  })
}

export function writeBytes(kernel: Kernel, inode: number, offset: number, data: string, count: number): void {
  const file = kernel.inodes.edit(inode)
  const size = Math.max(file.size, offset + count)
  const known = isFollowed(file) && data.length >= count && size <= FOLLOWED
  const before = known ? file.data.slice(0, offset).padEnd(offset, '\0') : ''
  file.data = known ? before + data.slice(0, count) + file.data.slice(offset + count) : ''
  file.size = size
}

/** Cut or extend a regular file; what is added reads as zeros. Source: ftruncate(2), open(2) O_TRUNC; fs/open.c do_truncate(). */
export function truncateFile(kernel: Kernel, inode: number, length: number): void {
  const file = kernel.inodes.edit(inode)
  const known = isFollowed(file) && length <= FOLLOWED
  file.data = known ? file.data.slice(0, length).padEnd(length, '\0') : ''
  file.size = length
}

/** Set the offset from the beginning, from itself, or from the end. Source: lseek(2); fs/read_write.c generic_file_llseek(). */
export function fileSeek(kernel: Kernel, description: number, offset: number, whence: string): Answer {
  const row = kernel.descriptions.at(description)
  const base = whence === 'SEEK_SET' ? 0 : whence === 'SEEK_CUR' ? row.offset : kernel.inodes.at(row.inode).size
  const target = base + offset
  if (target < 0) return fails('EINVAL')
  if (target === row.offset) return succeeds(target)
  return succeeds(target, (k) => k.fn.moveOffset(k, description, target - k.descriptions.at(description).offset))
}
