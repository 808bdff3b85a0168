import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { inodesAreFreedWhenUnused } from '../invariants/inodes-are-freed-when-unused.ts'

export const anUnlinkedFileIsNeverFreed: Fault = {
  name: 'the last close of an unlinked file does not free it',
  source: 'unlink(2); fs/inode.c iput()',
  breaks: [inodesAreFreedWhenUnused.name],
  apply: patchFunctions(() => ({
    iput(kernel, inode) {
      kernel.inodes.edit(inode).users--
    },
  })),
}
