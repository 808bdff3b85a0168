import { descriptionOf } from '../../model/functions/files.ts'
import { spellPath } from '../../model/functions/names.ts'
import type { Kernel } from '../../model/kernel.ts'

/**
 * From here on the model does not know what can be read from or written to what lies behind a descriptor, through any
 * open file description of it. Numbers, sharing, locks and lifetimes stay known.
 */
export function forgetFile(kernel: Kernel, tid: number, fd: number): void {
  const slot = kernel.fn.slotOf(kernel, kernel.threads.at(tid), fd)
  if (slot !== 0) forgetDescription(kernel, descriptionOf(slot))
}

export function forgetDescription(kernel: Kernel, id: number): void {
  const description = kernel.descriptions.at(id)
  const { kind, inode } = description
  const terminal = kernel.fn.terminalOf(kernel, description)
  if (terminal !== undefined) {
    kernel.terminals.edit(terminal).followed = false
    return
  }
  if (kind === 'socket') kernel.fn.forgetSocket(kernel, kernel.inodes.at(inode).object)
  if (kind !== 'pipe' && kind !== 'file') return
  const row = kernel.inodes.edit(inode)
  row.kind = 'opaque'
  row.data = ''
  for (const other of kernel.descriptions.ids((description) => description.inode === inode))
    kernel.descriptions.edit(other).kind = 'opaque'
}

/** Somebody who is not followed may set the status flags of what lies behind a descriptor from here on. */
export function forgetStatus(kernel: Kernel, tid: number, fd: number): void {
  const slot = kernel.fn.slotOf(kernel, kernel.threads.at(tid), fd)
  const id = descriptionOf(slot)
  if (slot !== 0 && kernel.descriptions.at(id).kind === 'opaque') kernel.descriptions.edit(id).openFlags = 0
}

/** Names lead elsewhere from now on, or may: those that end as this path does, or all. */
export function forgetNames(kernel: Kernel, path?: string): void {
  const names = path === undefined ? Array.from(kernel.names.entries(), ([name]) => name) : namesLike(kernel, path)
  for (const name of names) {
    if (/^\w+:/.test(name)) continue
    kernel.fn.unbindName(kernel, name)
    if (name.startsWith('unlinked ')) kernel.names.delete(name)
  }
}

const namesLike = (kernel: Kernel, path: string): readonly string[] => kernel.names.endingAs(spellPath(path))
