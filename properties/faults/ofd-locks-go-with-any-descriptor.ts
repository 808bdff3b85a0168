import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { closingLeavesTheLocksOfOthers } from '../invariants/closing-leaves-the-locks-of-others.ts'

export const ofdLocksGoWithAnyDescriptor: Fault = {
  name: 'closing any descriptor of a file takes the OFD locks of its description',
  source: 'fcntl(2) "Open file description locks": on the last close; fs/locks.c locks_remove_file()',
  breaks: [closingLeavesTheLocksOfOthers.name],
  apply: patchFunctions((fn) => ({
    filpFlush(kernel, tid, files, description) {
      fn.filpFlush(kernel, tid, files, description)
      const { inode } = kernel.descriptions.at(description)
      const { recordLocks } = kernel.inodes.at(inode)
      const kept = recordLocks.filter(({ kind, owner }) => kind !== 'ofd' || owner !== description)
      if (kept.length < recordLocks.length) fn.setRecordLocks(kernel, inode, kept)
    },
  })),
}
