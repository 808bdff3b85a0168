import { isExiting } from '../../model/functions/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { closingLeavesTheLocksOfOthers } from '../invariants/closing-leaves-the-locks-of-others.ts'

export const flockReleasedWithItsLocker: Fault = {
  name: 'a flock goes with the process that took it, though others hold the description',
  source: 'flock(2): by the last close of the description; fs/locks.c locks_remove_flock()',
  breaks: [closingLeavesTheLocksOfOthers.name],
  apply: patchFunctions((fn) => ({
    filpFlush(kernel, tid, files, description) {
      fn.filpFlush(kernel, tid, files, description)
      const thread = kernel.threads.at(tid)
      const { inode } = kernel.descriptions.at(description)
      const flock = kernel.inodes.at(inode).flocks.find(({ owner }) => owner === description)
      if (isExiting(thread) && flock?.pid === thread.pid) fn.removeFlock(kernel, description, 'CLOSE')
    },
  })),
}
