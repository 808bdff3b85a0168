import { isExiting } from '../../model/functions/signals.ts'
import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { closedFilesHaveNoPosixLocks } from '../invariants/closed-files-have-no-posix-locks.ts'
import { closingLeavesTheLocksOfOthers } from '../invariants/closing-leaves-the-locks-of-others.ts'
import { posixLocksEndWithTheirTable } from '../invariants/posix-locks-end-with-their-table.ts'

export const posixLocksKeptAtExit: Fault = {
  name: 'an exiting process leaves its POSIX locks behind',
  source: 'fcntl(2); kernel/exit.c exit_files()',
  breaks: [closedFilesHaveNoPosixLocks.name, posixLocksEndWithTheirTable.name, closingLeavesTheLocksOfOthers.name],
  apply: patchFunctions((fn) => ({
    filpFlush(kernel, tid, files, description) {
      if (!isExiting(kernel.threads.at(tid))) fn.filpFlush(kernel, tid, files, description)
    },
  })),
}
