import { isExiting } from '../../model/functions/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { closingLeavesTheLocksOfOthers } from '../invariants/closing-leaves-the-locks-of-others.ts'

export const posixLocksOfChildrenReleased: Fault = {
  name: 'the death of a process takes the POSIX locks of its children too',
  source: 'fcntl(2): locks belong to each process; fs/locks.c locks_remove_posix()',
  breaks: [closingLeavesTheLocksOfOthers.name],
  apply: patchFunctions((fn) => ({
    filpFlush(kernel, tid, files, description) {
      fn.filpFlush(kernel, tid, files, description)
      const thread = kernel.threads.at(tid)
      if (!isExiting(thread)) return
      const { inode } = kernel.descriptions.at(description)
      for (const child of thread.children) {
        const { files: table } = kernel.threads.at(child)
        if (table !== 0 && table !== files) fn.locksRemovePosix(kernel, table, inode)
      }
    },
  })),
}
